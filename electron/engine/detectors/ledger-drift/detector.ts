import { z } from 'zod';
import { cardDetector } from '../../detector.ts';
import { ALGORITHM, driftFinding } from './rule.ts';

/** Told by the looks at cards: before a mismatch is believed, its card's history is read again from the log. */
export const ledgerDrift = cardDetector({
  judges: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ looks, now }) => ({
    findings: looks.flatMap((look) =>
      look.repairedFrom === null
        ? []
        : [driftFinding({ cardId: look.cardId, ledger: look.repairedFrom, recomputed: look.expected }, now)],
    ),
  }),
});
