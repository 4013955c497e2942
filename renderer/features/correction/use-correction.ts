import { useRef, useState } from 'react';
import type { Answer, RegieError } from '../../../shared/contract/errors.ts';
import type { CommandOutcome } from '../../../shared/contract/outcome.ts';
import { mostAlone } from '../../../shared/domain/allowance.ts';
import { limitBelow } from '../../../shared/domain/correction.ts';
import { INITIAL_SETTINGS, MAX_APPROVAL_LIMIT } from '../../../shared/domain/festival-settings.ts';
import { type Cents, cents } from '../../../shared/domain/money.ts';
import { idIn, type RowId } from '../../../shared/domain/row-id.ts';
import { type CommandInput, call, newOperationId } from '../../bridge.ts';
import { callSigned } from '../../commands.ts';
import { useLive } from '../../query.ts';
import { useSystem } from '../../stores/system.ts';

export type CorrectionState =
  | { is: 'draft' }
  | { is: 'sending' }
  | { is: 'applied'; waiting: boolean; transactionId: string | null; logId: RowId | null }
  /** A second person is asked; `waiting`: the festival has not heard of it yet. */
  | { is: 'proposed'; waiting: boolean; proposalId: string }
  | { is: 'stale'; actual: Cents; expected: Cents }
  | { is: 'refused'; error: RegieError };

/** What was applied, for the words and the receipt. */
export const appliedState = (outcome: Extract<CommandOutcome, { outcome: 'applied' }>): CorrectionState => {
  const { transactionId, logId } = outcome.result;
  return {
    is: 'applied',
    waiting: false,
    transactionId: typeof transactionId === 'string' ? transactionId : null,
    logId: idIn(logId),
  };
};

/** A refusal that was shown on the spot. */
export const refusedState = (error: RegieError): CorrectionState => {
  const { actualCents, expectedCents } = error.params;
  return error.code === 'correction_stale' && typeof actualCents === 'number' && typeof expectedCents === 'number'
    ? { is: 'stale', actual: cents(actualCents), expected: cents(expectedCents) }
    : { is: 'refused', error };
};

/**
 * Sends a correction, or proposes it. The same contents keep their operationId, so that a double click or a try after a
 * broken connection is the same operation; other contents, or a refusal that was final, are another one.
 *
 * `limit` is the one above which it has to be proposed: as this laptop last `heard` it, or what the day leaves of it, or
 * lower (`lowered`) once the festival has refused to apply something under that one.
 */
export const useCorrection = (cardId: string) => {
  const [state, setState] = useState<CorrectionState>({ is: 'draft' });
  const heard = useSystem(
    ({ session }) => session?.festival.settings.approvalLimitCents ?? INITIAL_SETTINGS.approvalLimitCents,
  );
  const [atMost, setAtMost] = useState<Cents>(MAX_APPROVAL_LIMIT);
  const { data: allowance } = useLive('correction.allowance', { cardId }, { fixed: true });
  const allowed = allowance === undefined ? heard : cents(Math.min(heard, mostAlone(allowance)));
  const sent = useRef<{ contents: string; operationId: string } | null>(null);

  const send = async (input: CommandInput<'correction.propose'>, asked: 'apply' | 'propose'): Promise<void> => {
    const contents = JSON.stringify([asked, input]);
    const operationId = sent.current?.contents === contents ? sent.current.operationId : newOperationId();
    sent.current = { contents, operationId };
    setState({ is: 'sending' });
    const submitted = { ...input, operationId };
    const answer: Answer<CommandOutcome> =
      asked === 'apply'
        ? await callSigned('correction.apply', submitted)
        : await callSigned('correction.propose', submitted);
    if (!answer.ok) {
      setState({ is: 'refused', error: answer.error });
      return;
    }
    const outcome = answer.value;
    switch (outcome.outcome) {
      case 'applied':
        setState(
          asked === 'apply' ? appliedState(outcome) : { is: 'proposed', waiting: false, proposalId: operationId },
        );
        return;
      case 'waiting':
        setState(
          asked === 'apply'
            ? { is: 'applied', waiting: true, transactionId: null, logId: null }
            : { is: 'proposed', waiting: true, proposalId: operationId },
        );
        return;
      case 'conflict':
      case 'rejected':
        // Refused for good under this id; and shown here, so that it needs no place among the conflicts.
        sent.current = null;
        void call('outbox.seen', { operationId });
        if (outcome.error.code === 'correction_approval_required') {
          setAtMost(limitBelow({ cardDelta: cents(input.cardDeltaCents), ledgerDelta: cents(input.ledgerDeltaCents) }));
        }
        setState(refusedState(outcome.error));
    }
  };

  return { state, send, limit: atMost < allowed ? atMost : allowed, lowered: atMost < allowed, heard, allowance };
};
