import { useId } from 'react';
import type { CallName } from '../../../shared/contract/calls.ts';
import { showToast } from '../../stores/ui.ts';
import { Button, type ButtonProps } from '../../ui/button.tsx';
import { useRefusal } from './use-may.ts';

/** A button that leads to a call: whoever may not make it is shown why. */
export const CommandButton = ({ needs, ...rest }: ButtonProps & { needs: CallName }) => {
  const refusal = useRefusal(needs);
  const reason = useId();
  if (refusal === undefined) return <Button {...rest} />;
  // It keeps its place in the order of the keyboard, or keyboard users would not learn the reason.
  return (
    <>
      <Button
        {...rest}
        type="button"
        disabled={false}
        aria-disabled="true"
        aria-describedby={reason}
        title={refusal}
        onClick={() => showToast(refusal, 'bad')}
      />
      <span id={reason} hidden>
        {refusal}
      </span>
    </>
  );
};
