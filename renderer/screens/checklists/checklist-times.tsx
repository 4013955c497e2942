import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChecklistTimesView } from '../../../shared/contract/checklists.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { Field } from '../../ui/field.tsx';

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
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) void submit('checklist.set', { base: version, ...draft });
        }}
      >
        {(['opens', 'closes'] as const).map((name) => (
          <Field
            key={name}
            label={t(`checklists.${name}`)}
            type="time"
            required
            value={draft[name]}
            onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
          />
        ))}
        {(['firstDay', 'lastDay'] as const).map((name) => (
          <Field
            key={name}
            label={t(`checklists.${name}`)}
            type="date"
            value={draft[name] ?? ''}
            onChange={(event) => setDraft({ ...draft, [name]: event.target.value || null })}
          />
        ))}
        <CommandButton needs="checklist.set" type="submit" disabled={!changed}>
          {t('checklists.save')}
        </CommandButton>
      </form>
    </section>
  );
};
