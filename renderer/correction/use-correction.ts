import { useRef, useState } from 'react';
import type { RegieError } from '../../shared/contract/errors.ts';
import { type Cents, cents } from '../../shared/domain/money.ts';
import { type CommandInput, call, newOperationId } from '../bridge.ts';
import { callSigned } from '../commands.ts';

type State =
  | { is: 'draft' }
  | { is: 'sending' }
  | { is: 'applied'; waiting: boolean; transactionId: string | null }
  | { is: 'stale'; actual: Cents; expected: Cents }
  | { is: 'refused'; error: RegieError };

/**
 * Sends a correction. The same contents keep their operationId, so that a double click or a try after a broken
 * connection is the same operation; other contents, or a refusal that was final, are another one.
 */
export const useCorrection = () => {
  const [state, setState] = useState<State>({ is: 'draft' });
  const sent = useRef<{ contents: string; operationId: string } | null>(null);

  const send = async (input: CommandInput<'correction.apply'>): Promise<void> => {
    const contents = JSON.stringify(input);
    const operationId = sent.current?.contents === contents ? sent.current.operationId : newOperationId();
    sent.current = { contents, operationId };
    setState({ is: 'sending' });
    const answer = await callSigned('correction.apply', { ...input, operationId });
    if (!answer.ok) {
      setState({ is: 'refused', error: answer.error });
      return;
    }
    const outcome = answer.value;
    switch (outcome.outcome) {
      case 'applied': {
        const { transactionId } = outcome.result;
        setState({
          is: 'applied',
          waiting: false,
          transactionId: typeof transactionId === 'string' ? transactionId : null,
        });
        return;
      }
      case 'waiting':
        setState({ is: 'applied', waiting: true, transactionId: null });
        return;
      case 'conflict':
      case 'rejected': {
        // Refused for good under this id; and told here, so that it needs no place in the tray.
        sent.current = null;
        void call('outbox.seen', { operationId });
        const { actualCents, expectedCents } = outcome.error.params;
        if (
          outcome.error.code === 'correction_stale' &&
          typeof actualCents === 'number' &&
          typeof expectedCents === 'number'
        ) {
          setState({ is: 'stale', actual: cents(actualCents), expected: cents(expectedCents) });
        } else setState({ is: 'refused', error: outcome.error });
      }
    }
  };

  return { state, send };
};
