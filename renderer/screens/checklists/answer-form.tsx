import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChecklistItem } from '../../../shared/domain/checklist.ts';
import { type ChecklistEntry, standingAnswers } from '../../../shared/domain/checklist-run.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { Choice, TextField } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';

type Answered = Extract<ChecklistItem, { kind: 'answered' }>;

/** A number, a choice or a text; with the answer that counts in it, to be corrected until the list is signed. */
export const AnswerForm = (props: {
  item: Answered;
  at: { listId: string; windowKey: string; itemId: string };
  /** Whatever was answered, in its order. */
  answers: readonly ChecklistEntry[];
}) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const { item, at, answers } = props;
  const { answer } = item;
  const standing = standingAnswers(answers);
  /** null: nothing that can be read; undefined: as it was answered. */
  const [typed, setTyped] = useState<string | number | null | undefined>(undefined);
  const [sent, setSent] = useState<{ said: string | number; after: number } | null>(null);
  const first = answer.type === 'choice' ? (answer.choices[0]?.id ?? '') : null;
  const value = typed === undefined ? (standing.at(-1)?.answer ?? first) : typed;
  const label = `${t('common.label', { label: t('checklists.answer') })} ${text(item.title)}`;
  const said = typeof value === 'string' ? value.trim() : value;
  // A second click in the same moment says it once: until the first is among the answers, and when it is.
  const isSaid =
    (sent?.said === said && sent.after === answers.length) || (standing.length === 1 && standing[0]?.answer === said);
  const disabled = said === null || said === '' || isSaid;
  const save = async () => {
    if (disabled) return;
    setSent({ said, after: answers.length });
    const replaces = standing.flatMap(({ entryId }) => entryId ?? []);
    const outcome = await submit('checklist.answer', { ...at, answer: said, replaces }, { done: null });
    if (outcome === null) setSent(null);
  };
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {answer.type === 'choice' && (
        <Choice
          label={label}
          value={String(value)}
          options={answer.choices.map((choice) => ({ value: choice.id, label: text(choice.label) }))}
          onChange={setTyped}
        />
      )}
      {answer.type === 'number' && (
        <NumberField
          {...{ label, onChange: setTyped, least: answer.min, most: answer.max }}
          value={typeof value === 'number' ? value : null}
          hint={
            answer.min === undefined || answer.max === undefined
              ? undefined
              : t('checklists.between', { least: answer.min, most: answer.max })
          }
        />
      )}
      {answer.type === 'text' && (
        <TextField
          label={label}
          dir="auto"
          maxLength={2_000}
          value={value ?? ''}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <CommandButton needs="checklist.answer" type="submit" disabled={disabled}>
        {t(answers.length > 0 ? 'checklists.correct' : 'checklists.save')}
      </CommandButton>
    </form>
  );
};
