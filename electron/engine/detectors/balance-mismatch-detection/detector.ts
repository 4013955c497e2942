import { z } from 'zod';
import { cardDetector } from '../../detector.ts';
import { ALGORITHM, isMismatch, mismatchFinding, mismatchKey } from './rule.ts';

export const balanceMismatchDetection = cardDetector({
  judges: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ looks, now }) => ({
    findings: looks.filter((look) => isMismatch(look) && look.confirmed).map((look) => mismatchFinding(look, now)),
    cleared: looks.filter((look) => !isMismatch(look)).map((look) => mismatchKey(look.cardId)),
  }),
});
