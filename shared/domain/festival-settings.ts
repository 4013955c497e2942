import { z } from 'zod';
import { languageSchema } from './language.ts';
import { type Cents, cents, centsSchema } from './money.ts';
import { instantSchema } from './primitives.ts';

/** What holds for the whole festival, whichever laptop asks. */
export const festivalSettingsSchema = z.object({
  /** Changed against the version that was seen; 0: never changed. */
  version: z.int().min(0),
  /** Empty until it is set. */
  name: z.string(),
  /** IANA zone; null until it is set: each laptop then shows times in its own. */
  timeZone: z.string().nullable(),
  /** Of messages to people who have not chosen theirs; null until it is set. */
  language: languageSchema.nullable(),
  /** Above this a second person approves (docs/money.md, "Approval limit"). */
  approvalLimitCents: centsSchema,
  /** What moves without one in 24 hours at most: on a card, whoever moves it, and by an operator. */
  cardDayLimitCents: centsSchema,
  operatorDayLimitCents: centsSchema,
  changedAt: instantSchema.nullable(),
  changedBy: z.string().nullable(),
});
export type FestivalSettings = z.infer<typeof festivalSettingsSchema>;

export const MAX_FESTIVAL_NAME = 80;
/** What the columns of the database take. */
export const MAX_APPROVAL_LIMIT: Cents = cents(9_999_900);

/** What a festival begins with, and what a laptop goes by before it has ever heard of a festival's settings. */
export const INITIAL_SETTINGS: FestivalSettings = {
  version: 0,
  name: '',
  timeZone: null,
  language: null,
  approvalLimitCents: cents(5_000),
  cardDayLimitCents: cents(10_000),
  operatorDayLimitCents: cents(50_000),
  changedAt: null,
  changedBy: null,
};

/** Whether times can be shown in this zone. */
export const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
