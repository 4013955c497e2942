import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { language } from '../i18n.ts';
import { Field } from './field.tsx';
import { numberAsTyped, readNumber } from './read-number.ts';

/** A number in the form of the screen's language, whatever language the browser speaks. No wheel and no arrow changes it. */
export const NumberField = (props: {
  label: string;
  /** null: nothing, or nothing that can be read */
  value: number | null;
  onChange: (value: number | null) => void;
  whole?: boolean;
  least?: number | undefined;
  most?: number | undefined;
  hint?: string | undefined;
  /** What is wrong with a number that can be read; it stands there while it is typed. */
  error?: string | undefined;
}) => {
  const { t } = useTranslation();
  const { label, value, onChange, whole = false, least, most, hint, error } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(false);
  // What was given from elsewhere takes the place of what was typed.
  const shown = typed !== null && readNumber(typed, language()) === value ? typed : numberAsTyped(value, language());
  const problemOf = (text: string): string | undefined => {
    const read = readNumber(text, language());
    if (read === null) return text.trim() === '' ? undefined : t('common.number', { example: whole ? 25 : 2.5 });
    if (whole && !Number.isInteger(read)) return t('common.numberWhole');
    if (least !== undefined && read < least) return t('common.numberLeast', { least });
    return most !== undefined && read > most ? t('common.numberMost', { most }) : undefined;
  };
  const problem = problemOf(shown);
  return (
    <Field
      label={label}
      hint={hint}
      error={error ?? (left ? problem : undefined)}
      className="number-input"
      inputMode={whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      maxLength={20}
      value={shown}
      // A form is not sent with it.
      ref={(input) => input?.setCustomValidity(problem ?? '')}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(readNumber(target.value, language()));
      }}
      onFocus={() => setLeft(false)}
      onBlur={() => {
        setLeft(true);
        if (problem === undefined) setTyped(null);
      }}
    />
  );
};
