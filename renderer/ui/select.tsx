import type { ComponentProps } from 'react';
import './select.css';

export type SelectOption<Value extends string> = { readonly value: Value; readonly label: string };

/**
 * The platform's own select, whose list the browser draws in our colours: typing, arrows and hundreds of time zones work as
 * everywhere (docs/decisions/0030-parts-of-the-screen.md).
 */
export const Select = <Value extends string>(
  props: Omit<ComponentProps<'select'>, 'value' | 'onChange' | 'children'> & {
    value: Value;
    options: readonly SelectOption<Value>[];
    onChange: (value: Value) => void;
  },
) => {
  const { value, options, onChange, className = '', ...rest } = props;
  return (
    <select
      className={`select ${className}`}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen) onChange(chosen.value);
      }}
      {...rest}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
};
