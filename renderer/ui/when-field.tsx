import { type ComponentProps, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localOf } from '../../shared/domain/zoned-time.ts';
import { festivalNow, timeZone } from '../clock.ts';
import { Field } from './field.tsx';
import { readWhen, type WhenKind, whenText } from './read-when.ts';

/** A day and a time in the festival's zone as the console writes them, whatever language the browser speaks. */
export const WhenField = (
  props: Pick<ComponentProps<'input'>, 'required'> & {
    kind: WhenKind;
    label: string;
    /** What it holds, as read-when.ts has it; empty for nothing. */
    value: string;
    /** @param held what cannot be read is handed over as it was typed, and is no time */
    onChange: (held: string) => void;
  },
) => {
  const { t } = useTranslation();
  const { kind, label, value, onChange, required } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(false);
  const read = (text: string): string | null => readWhen(text, kind, localOf(festivalNow(), timeZone()));
  const shown = typed ?? whenText(value);
  const problem = shown.trim() === '' || read(shown) !== null ? undefined : t(`common.when_${kind}`);
  return (
    <Field
      label={label}
      required={required}
      autoComplete="off"
      placeholder={t(`common.whenForm_${kind}`)}
      value={shown}
      error={left ? problem : undefined}
      // A form is not sent with it.
      ref={(input) => input?.setCustomValidity(problem ?? '')}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(target.value.trim() === '' ? '' : (read(target.value) ?? target.value));
      }}
      onFocus={() => setLeft(false)}
      onBlur={() => {
        setLeft(true);
        if (problem === undefined) setTyped(null);
      }}
    />
  );
};
