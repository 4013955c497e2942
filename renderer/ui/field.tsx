import { type ComponentProps, type InputHTMLAttributes, type ReactNode, useId } from 'react';
import './field.css';

type Described = { label: string; hint?: string | undefined; error?: string | undefined };

const Frame = (props: Described & { id: string; children: ReactNode }) => (
  <div className="field">
    <label htmlFor={props.id}>{props.label}</label>
    {props.children}
    {props.hint && !props.error && (
      <p className="field-hint" id={`${props.id}-hint`}>
        {props.hint}
      </p>
    )}
    {props.error && (
      <p className="field-error" id={`${props.id}-hint`} role="alert">
        {props.error}
      </p>
    )}
  </div>
);

export const Field = ({ label, hint, error, ...rest }: Described & InputHTMLAttributes<HTMLInputElement>) => {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input id={id} aria-describedby={`${id}-hint`} aria-invalid={error !== undefined} {...rest} />
    </Frame>
  );
};

export const TextField = ({ label, hint, error, ...rest }: Described & ComponentProps<'textarea'>) => {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea id={id} rows={3} aria-describedby={`${id}-hint`} aria-invalid={error !== undefined} {...rest} />
    </Frame>
  );
};

export const Choice = <Value extends string>(props: {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}) => {
  const id = useId();
  return (
    <Frame id={id} label={props.label}>
      <select
        id={id}
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find(({ value }) => value === event.target.value);
          if (chosen) props.onChange(chosen.value);
        }}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Frame>
  );
};
