import { type RefObject, useEffect, useRef, useState } from 'react';
import { instantOf, localOf } from '../../../shared/domain/zoned-time.ts';
import { timeZone } from '../../clock.ts';
import { Field } from '../../ui/field.tsx';
import { WhenField } from '../../ui/when-field.tsx';
import { visibleText } from '../../visible-text.ts';

/** Letters that follow one another are asked for together. */
const TYPING_MS = 200;

/** Every value that can be chosen, the one of the address also where nobody knows it. */
export const withAll = <Value extends string>(
  all: string,
  known: readonly Value[],
  chosen: Value | null,
  shown: (value: Value) => string = (value) => value,
) => [
  { value: '', label: all },
  ...[...new Set([...known, ...(chosen === null ? [] : [chosen])])].map((value) => ({ value, label: shown(value) })),
];

/** The parts of an address that nobody could read, by the names of their fields; what is no field's, as it is written. */
export const unreadNames = (unread: readonly string[], labels: Readonly<Record<string, string>>): string =>
  unread.map((name) => (Object.hasOwn(labels, name) ? labels[name] : visibleText(name).slice(0, 40))).join(', ');

/** A moment from or until which is asked for, in the festival's time zone; null: any. */
export const MomentField = (props: {
  label: string;
  value: string | null;
  onChange: (instant: string | null) => void;
}) => {
  const { label, value, onChange } = props;
  return (
    <WhenField
      kind="dateTime"
      label={label}
      value={value === null ? '' : localOf(Date.parse(value), timeZone())}
      onChange={(held) => {
        const instant = instantOf(held, timeZone());
        // What is half typed is no time yet.
        if (held === '' || instant !== null) onChange(instant);
      }}
    />
  );
};

/** A text that is asked for when its letters stop coming, or with Enter; it follows a link that leads elsewhere. */
export const TypedField = (props: {
  type?: 'search';
  label: string;
  placeholder?: string;
  value: string;
  field?: RefObject<HTMLInputElement>;
  onSettled: (value: string) => void;
}) => {
  const { label, placeholder, value, field, type, onSettled } = props;
  const [typed, setTyped] = useState(value);
  const settled = useRef(value);
  useEffect(() => {
    if (value === settled.current) return;
    settled.current = value;
    setTyped(value);
  }, [value]);
  const settle = (text: string): void => {
    if (text === settled.current) return;
    settled.current = text;
    onSettled(text);
  };
  const latest = useRef(settle);
  useEffect(() => {
    latest.current = settle;
  });
  useEffect(() => {
    const timer = setTimeout(() => latest.current(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field
      label={label}
      type={type}
      ref={field}
      placeholder={placeholder}
      value={typed}
      maxLength={200}
      onChange={({ target }) => setTyped(target.value)}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Enter') settle(typed);
        if (key === 'Escape') currentTarget.blur();
      }}
    />
  );
};
