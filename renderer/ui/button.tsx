import { type ButtonHTMLAttributes, type MouseEvent, useId } from 'react';
import type { CallName } from '../../shared/contract/calls.ts';
import { useRefusal } from '../features/operators/use-may.ts';
import { showToast } from '../stores/ui.ts';
import './button.css';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  large?: boolean;
  /** The call that it leads to: whoever may not make it is told why. */
  needs?: CallName | undefined;
};

export const Button = ({ tone = 'plain', large = false, className = '', needs, ...rest }: Props) => {
  const look = `button button-${tone} ${large ? 'button-large' : ''} ${className}`;
  const why = useRefusal(needs);
  const reason = useId();
  if (why === undefined) return <button type="button" className={look} {...rest} />;
  // It keeps its place in the order of the keyboard, or nobody who has no pointer would learn the reason.
  const say = (event: MouseEvent) => {
    event.preventDefault();
    showToast(why, 'bad');
  };
  return (
    <>
      <button
        type="button"
        className={look}
        {...rest}
        disabled={false}
        aria-disabled="true"
        aria-describedby={reason}
        title={why}
        onClick={say}
      />
      <span id={reason} hidden>
        {why}
      </span>
    </>
  );
};
