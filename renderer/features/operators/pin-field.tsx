import { useEffect, useRef } from 'react';
import { Field } from '../../ui/field.tsx';

/** Digits only, on a number pad where there is one; never kept by the browser. */
export const PinField = (props: {
  label: string;
  value: string;
  hint?: string;
  error?: string | undefined;
  /** The dialog begins here. */
  first?: boolean;
  /** Takes the focus when it is mounted. */
  autoFocus?: boolean;
  onChange: (pin: string) => void;
}) => {
  const frame = useRef<HTMLDivElement>(null);
  const { autoFocus = false } = props;
  useEffect(() => {
    if (autoFocus) frame.current?.querySelector('input')?.focus();
  }, [autoFocus]);
  return (
    <div ref={frame}>
      <Field
        label={props.label}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={12}
        value={props.value}
        data-focus={props.first ? '' : undefined}
        hint={props.hint}
        error={props.error}
        onChange={(event) => props.onChange(event.target.value.replace(/\D/g, ''))}
      />
    </div>
  );
};
