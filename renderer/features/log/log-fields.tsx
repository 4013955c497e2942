import { useTranslation } from 'react-i18next';
import { isLate } from '../../../shared/domain/log.ts';
import { instantOf } from '../../../shared/domain/zoned-time.ts';
import { timeZone } from '../../clock.ts';
import { changeDraft, type LogDraft, useLogLine } from '../../stores/log-line.ts';
import { Field } from '../../ui/field.tsx';
import { useNow } from '../../ui/time.tsx';
import { WhenField } from '../../ui/when-field.tsx';
import { useTeam } from '../team/use-team.ts';

/** Everything of an entry beside its text: when and where, what was decided and how, what is asked of whom. */
export const LogFields = () => {
  const { t } = useTranslation();
  const draft = useLogLine((state) => state.draft);
  const people = useTeam().people;
  const now = useNow();
  const occurredAt = draft.occurred === '' ? null : instantOf(draft.occurred, timeZone());
  const late = occurredAt !== null && isLate(occurredAt, now);
  const field = (
    name: Exclude<keyof LogDraft, 'links' | 'kind' | 'attachments'>,
    more: React.ComponentProps<'input'> = {},
  ) => (
    <Field
      label={t(`log.field_${name}`)}
      value={draft[name]}
      maxLength={2_000}
      {...more}
      onChange={(event) => changeDraft({ [name]: event.target.value })}
    />
  );
  const when = (name: 'occurred' | 'by', required = false) => (
    <WhenField
      kind="dateTime"
      label={t(`log.field_${name}`)}
      value={draft[name]}
      required={required}
      onChange={(held) => changeDraft({ [name]: held })}
    />
  );
  return (
    <div className="log-fields">
      {when('occurred')}
      {late && field('lateReason', { required: true })}
      {field('place', { maxLength: 200 })}
      {draft.kind === 'decision' && (
        <>
          {field('options')}
          {field('why')}
          {field('agreed')}
        </>
      )}
      {field('who', { maxLength: 200, list: 'log-people' })}
      <datalist id="log-people">
        {people.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {when('by', draft.who.trim() !== '')}
    </div>
  );
};
