import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandName } from '../../shared/contract/calls.ts';
import { needsApproval, undoOf } from '../../shared/domain/correction.ts';
import { INITIAL_SETTINGS } from '../../shared/domain/festival-settings.ts';
import { operatorOn } from './ground.ts';
import type { Laptop } from './laptop.ts';

type Made = { command: CommandName; input: Record<string, unknown> };

/** More than anybody may give alone (docs/money.md, "Approval limit"). */
const LARGE_CENTS = 6_000;
/** For so long somebody polls for a proposal of somebody else. */
const PATIENCE_MS = 800;

/** Proposals, approvals and undos, on what this laptop's screen shows, which may be old. */
export const moneyOfTwo = async (
  laptop: Laptop,
  card: string,
  action: 'propose' | 'approve' | 'undo',
): Promise<Made | undefined> => {
  if (action === 'approve') {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await laptop.call('proposals.get', {});
      const pending = (answer?.ok ? (answer.value?.proposals ?? []) : []).filter(({ state }) => state === 'pending');
      const late = performance.now() > until;
      // One of one's own where there is no other: the database has to progress no.
      const found = pending.find(({ author }) => author !== operatorOn(laptop.name)) ?? (late ? pending[0] : undefined);
      if (found !== undefined) return { command: 'correction.approve', input: { proposalId: found.proposalId } };
      if (late || answer === undefined) return undefined;
      await sleep(50);
    }
  }
  const live = await laptop.call('card.look', { cardId: card });
  const answer = live?.ok ? live : await laptop.call('card.get', { cardId: card });
  const shown = answer?.ok ? answer.value : null;
  if (shown === null) return undefined;
  const input = {
    eventId: null,
    cardId: card,
    seenActualCents: shown.actualCents,
    seenExpectedCents: shown.expectedCents,
    originalTransaction: null,
  };
  if (action === 'propose') {
    const large = { kind: 'goodwill', cardDeltaCents: LARGE_CENTS, ledgerDeltaCents: LARGE_CENTS };
    return { command: 'correction.propose', input: { ...input, ...large, reason: 'a lost evening' } };
  }
  const corrected = shown.transactions.find(
    ({ correctionKind }) => correctionKind !== null && correctionKind !== 'undo',
  );
  const receipt = corrected && (await laptop.call('receipt.look', { logId: corrected.logId }));
  if (!receipt?.ok) return undefined;
  const { operationId: undoes, kind, cardDeltaCents, ledgerDeltaCents } = receipt.value;
  const deltas = undoOf({ cardDelta: cardDeltaCents, ledgerDelta: ledgerDeltaCents });
  return {
    command: needsApproval(kind, deltas, INITIAL_SETTINGS.approvalLimitCents)
      ? 'correction.propose'
      : 'correction.apply',
    input: {
      ...input,
      kind: 'undo',
      cardDeltaCents: deltas.cardDelta,
      ledgerDeltaCents: deltas.ledgerDelta,
      reason: 'it was another card',
      undoes,
    },
  };
};
