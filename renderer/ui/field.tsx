import { type ComponentProps, type ReactNode, useId } from 'react';
import { Select, type SelectOption } from './select.tsx';
import './field.css';

type Described = { label: string; hint?: string | undefined; error?: string | undefined };

/** A label above a control, and below it what is wrong, or else what helps. */
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

const described = (id: string, { hint, error }: Omit<Described, 'label'>) => ({
  id,
  'aria-describedby': hint || error ? `${id}-hint` : undefined,
  'aria-invalid': error !== undefined,
});

export const Field = ({ label, hint, error, ...rest }: Described & ComponentProps<'input'>) => {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input {...described(id, { hint, error })} {...rest} />
    </Frame>
  );
};

/** A file of this machine. The browser's own button speaks the browser's language, and ours the screen's. */
export const FileField = (
  props: Described & { choose: string; none: string; file: File | null; onChange: (file: File | null) => void },
) => {
  const { label, hint, error, choose, none, file, onChange } = props;
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input
        {...described(id, { hint, error })}
        type="file"
        className="visually-hidden file-input"
        onChange={({ target }) => onChange(target.files?.item(0) ?? null)}
      />
      <span className="file-chosen">
        <label htmlFor={id} className="button button-plain">
          {choose}
        </label>
        <span className="ellipsis" title={file?.name}>
          {file === null ? none : <bdi>{file.name}</bdi>}
        </span>
      </span>
    </Frame>
  );
};

export const TextField = ({ label, hint, error, ...rest }: Described & ComponentProps<'textarea'>) => {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea rows={3} {...described(id, { hint, error })} {...rest} />
    </Frame>
  );
};

export const Choice = <Value extends string>(
  props: Described & {
    value: Value;
    options: readonly SelectOption<Value>[];
    onChange: (value: Value) => void;
    disabled?: boolean;
  },
) => {
  const { label, hint, error, ...rest } = props;
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <Select {...described(id, { hint, error })} {...rest} />
    </Frame>
  );
};
