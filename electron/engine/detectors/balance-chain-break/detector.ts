import { z } from 'zod';
import { arrivalDetector, type ChainLink, type Finding, SECOND } from '../../detector.ts';
import { ALGORITHM, chainFinding, followChain } from './rule.ts';

/** A break above an open gap waits so long for what may still come below it (detectors.md). */
const GAP_SECONDS = 5;
/** Cards with a break that waits; their rows are found again by card. */
const stateSchema = z.object({ waiting: z.array(z.object({ card: z.string(), since: z.int() })).default([]) });

export const balanceChainBreak = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  restless: (state) => stateSchema.safeParse(state ?? {}).data?.waiting.length !== 0,
  detect: async ({ around, transactions, now, state }) => {
    const { waiting } = stateSchema.parse(state ?? {});
    const byCard = Map.groupBy(transactions, (row) => row.cardId);
    if (waiting.length > 0) {
      const since = waiting.reduce((least, one) => Math.min(least, one.since), now);
      const again = await around.transactionsOfCards(
        waiting.map(({ card }) => card),
        { from: since, to: now + 3_600 * SECOND },
      );
      // With what has arrived now.
      for (const [card, rows] of Map.groupBy(again, (row) => row.cardId)) byCard.set(card, rows);
    }
    if (byCard.size === 0) return { findings: [] };
    const decidedLate = new Set(transactions.filter((row) => row.settledLate).map((row) => row.cardId));
    const chains = await around.chainsOf([...byCard.keys()]);
    const next = new Map<string, ChainLink>();
    const stillWaiting: { card: string; since: number }[] = [];
    const findings: Finding[] = [];
    let notJudged = 0;
    const judged = [...byCard].map(([card, rows]) => {
      const before = chains.get(card);
      return { card, rows, before, chain: followChain(rows, startOf(before, decidedLate.has(card))) };
    });
    // Asked for only where there is a break.
    const broken = judged.some(({ chain }) => chain.breaks.length > 0);
    const horizon = broken ? await around.openGapWithin(GAP_SECONDS) : null;
    for (const { card, rows, before, chain } of judged) {
      // A missing id between the two rows of a break may explain it.
      const unsure = chain.breaks.find(
        (one) => horizon !== null && one.before.logId < horizon && one.row.logId > horizon,
      );
      if (unsure !== undefined) {
        stillWaiting.push({ card, since: rows.reduce((least, row) => Math.min(least, row.at), now) });
        continue;
      }
      findings.push(...chain.breaks.map(chainFinding));
      notJudged += chain.notJudged;
      if (chain.end !== undefined && chain.end.logId !== before?.logId) next.set(card, chain.end);
    }
    await around.keepChains(next);
    return { findings, notJudged, state: { waiting: stillWaiting } };
  },
});

/** A row that was decided after later ones had been judged makes the chain unknown: its card moved at another moment. */
const startOf = (chain: ChainLink | undefined, overtaken: boolean): ChainLink | undefined =>
  chain !== undefined && overtaken ? { logId: chain.logId, balance: null } : chain;
