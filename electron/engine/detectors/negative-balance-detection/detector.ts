import { z } from 'zod';
import { cardDetector } from '../../detector.ts';
import { ALGORITHM, negativeFinding, negativeKey } from './rule.ts';

export const negativeBalanceDetection = cardDetector({
  judges: 'cards',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: ({ looks, now }) => ({
    findings: looks.filter((look) => look.actual < 0).map((look) => negativeFinding(look, now)),
    cleared: looks.filter((look) => look.actual >= 0).map((look) => negativeKey(look.cardId)),
  }),
});
