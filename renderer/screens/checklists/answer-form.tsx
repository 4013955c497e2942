import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChecklistItem } from '../../../shared/domain/checklist.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { Choice, TextField } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';

type Answered = Extract<ChecklistItem, { kind: 'answered' }>;

/** A number, a choice or a text. */
export const AnswerForm = (props: { item: Answered; at: { listId: string; windowKey: string; itemId: string } }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const { item, at } = props;
  const { answer } = item;
  const [value, setValue] = useState(answer.type === 'choice' ? (answer.choices[0]?.id ?? '') : '');
  const [number, setNumber] = useState<number | null>(null);
  const label = `${t('common.label', { label: t('checklists.answer') })} ${text(item.title)}`;
  const given = answer.type === 'number' ? number : value;
  const missing = given === null || given === '';
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing) return;
        void submit('checklist.answer', { ...at, answer: given }, { done: null });
      }}
    >
      {answer.type === 'choice' && (
        <Choice
          label={label}
          value={value}
          options={answer.choices.map((choice) => ({ value: choice.id, label: text(choice.label) }))}
          onChange={setValue}
        />
      )}
      {answer.type === 'number' && (
        <NumberField
          {...{ label, value: number, onChange: setNumber, least: answer.min, most: answer.max }}
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
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      )}
      <CommandButton needs="checklist.answer" type="submit" disabled={missing}>
        {t('checklists.save')}
      </CommandButton>
    </form>
  );
};
