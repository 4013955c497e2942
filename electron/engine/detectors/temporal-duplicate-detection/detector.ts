import { z } from 'zod';
import { arrivalDetector, SECOND } from '../../detector.ts';
import { around as spanAround } from '../../time.ts';
import { ALGORITHM, duplicateFinding, ordersIn, scanBursts } from './rule.ts';

/** A burst may have begun long before its newest scan: so far back it is looked for. */
const LOOK_BACK = 600 * SECOND;

export const temporalDuplicateDetection = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({ seconds: z.number().min(0.1).max(60).default(5) }),
  detect: async ({ around, settings, transactions, scans }) => {
    // An order that arrives after its scans turns a burst into a double charge.
    const orders = transactions.filter((row) => row.type === 'bar_order' && row.status === 'completed');
    const moved = [...scans, ...orders];
    if (moved.length === 0) return { findings: [] };
    const cards = [...new Set(moved.flatMap((row) => row.cardId ?? []))];
    const span = spanAround(moved, LOOK_BACK);
    const arrivedScans = new Set(scans.map((scan) => scan.scanId));
    const arrivedOrders = new Set(orders.map((row) => row.logId));
    const byCard = Map.groupBy(await around.scansOfCards(cards, span), (scan) => scan.cardId ?? '');
    const found = [...byCard].flatMap(([cardId, ofCard]) =>
      scanBursts(ofCard, settings.seconds).map((burst) => ({ cardId, burst })),
    );
    if (found.length === 0) return { findings: [] };
    const burstCards = [...new Set(found.map(({ cardId }) => cardId))];
    const charges = Map.groupBy(await around.transactionsOfCards(burstCards, span), (row) => row.cardId);
    return {
      findings: found.flatMap(({ cardId, burst }) => {
        const within = ordersIn(burst, charges.get(cardId) ?? [], settings.seconds);
        const isNew =
          burst.some((scan) => arrivedScans.has(scan.scanId)) || within.some((row) => arrivedOrders.has(row.logId));
        return isNew ? (duplicateFinding(burst, within, settings.seconds) ?? []) : [];
      }),
    };
  },
});
