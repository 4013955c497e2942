import { z } from 'zod';
import { isTimeZone, MAX_APPROVAL_LIMIT, MAX_FESTIVAL_NAME } from '../domain/festival-settings.ts';
import { languageSchema } from '../domain/language.ts';
import { cents } from '../domain/money.ts';
import { textSchema } from '../domain/plain-text.ts';
import { SUPERVISORS } from '../domain/rights.ts';
import { command } from './declare.ts';

const limit = z.int().min(0).max(MAX_APPROVAL_LIMIT).transform(cents);

export const festivalCalls = {
  /** Replaces what holds for the whole festival; `base` is the version that the operator changed. */
  'festival.set': command({
    input: {
      base: z.int().min(0),
      name: textSchema.trim().max(MAX_FESTIVAL_NAME),
      // An offset such as +02:00 is a zone for Intl alone: it has no summer.
      timeZone: z
        .string()
        .max(100)
        .regex(/^[A-Za-z]/)
        .refine(isTimeZone)
        .nullable(),
      language: languageSchema.nullable(),
      approvalLimitCents: limit,
      cardDayLimitCents: limit,
      operatorDayLimitCents: limit,
    },
    roles: SUPERVISORS,
    stepUp: true,
    keys: () => ['festival'],
    snapshot: ({ base }) => ({ version: base }),
  }),
} as const;
