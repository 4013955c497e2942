import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChecklistTimesView } from '../../../shared/contract/checklists.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { WhenField } from '../../ui/when-field.tsx';

/** By when lists are due, for the whole festival. */
export const ChecklistTimes = ({ times: { version, ...times } }: { times: ChecklistTimesView }) => {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(times);
  const changed = JSON.stringify(draft) !== JSON.stringify(times);
  return (
    <section className="panel stack" aria-labelledby="checklists-times">
      <h2 id="checklists-times">{t('checklists.times')}</h2>
      <p className="quiet">{t('checklists.timesText')}</p>
      <form
        className="row checklists-times"
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) void submit('checklist.set', { base: version, ...draft });
        }}
      >
        {(['opens', 'closes'] as const).map((name) => (
          <WhenField
            key={name}
            kind="time"
            label={t(`checklists.${name}`)}
            required
            value={draft[name]}
            onChange={(held) => setDraft({ ...draft, [name]: held })}
          />
        ))}
        {(['firstDay', 'lastDay'] as const).map((name) => (
          <WhenField
            key={name}
            kind="date"
            label={t(`checklists.${name}`)}
            value={draft[name] ?? ''}
            onChange={(held) => setDraft({ ...draft, [name]: held || null })}
          />
        ))}
        <CommandButton needs="checklist.set" type="submit" disabled={!changed}>
          {t('checklists.save')}
        </CommandButton>
      </form>
    </section>
  );
};
