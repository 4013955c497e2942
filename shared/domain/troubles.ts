import { z } from 'zod';
import { instantSchema } from './primitives.ts';
import { compareIds, LOWEST_ID, type RowId, rowId } from './row-id.ts';
import type { Severity } from './severity.ts';

/**
 * Everything that can be wrong with Regie itself, and is an alert like any other (docs/watching.md). A kind is also the
 * `detection_algorithm` of its event.
 */
type TroubleKindRules = {
  /** Compared with `console.trouble_severity` by a test. */
  readonly severity: Severity;
  /** It has lasted so long before anybody is called. */
  readonly afterMs: number;
  /** It has been right for so long before it counts as over. */
  readonly overMs: number;
  /** What it is about: one laptop, or the whole festival. */
  readonly about: 'laptop' | 'festival' | 'either';
  /** While one of these is raised it is a symptom: it is not raised beside it, and its time starts over when that ends. */
  readonly symptomOf: readonly string[];
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const TROUBLES = {
  /** No canary reaches a screen (45 s are counted by the canary watch, from the last one). */
  detection_blind: {
    ...{ severity: 'CRITICAL', afterMs: 45 * SECOND, overMs: 2 * SECOND, about: 'either' },
    symptomOf: ['breaker_open', 'database_read_only', 'detection_blind'],
  },
  /** Five cycles in a row have failed. */
  breaker_open: {
    ...{ severity: 'CRITICAL', afterMs: 0, overMs: 5 * SECOND, about: 'festival' },
    symptomOf: ['database_read_only'],
  },
  /** The database answers and no laptop runs the engine. */
  no_leader: {
    ...{ severity: 'CRITICAL', afterMs: 10 * MINUTE, overMs: 5 * SECOND, about: 'festival' },
    symptomOf: ['database_read_only'],
  },
  /** The database answers and takes nothing. */
  database_read_only: {
    ...{ severity: 'CRITICAL', afterMs: 5 * SECOND, overMs: 5 * SECOND, about: 'festival' },
    symptomOf: [],
  },
  /** The database does not have what laptops knew: a replica was promoted that had not received it, or a backup restored. */
  database_set_back: { severity: 'CRITICAL', afterMs: 0, overMs: 0, about: 'festival', symptomOf: [] },
  /** A laptop has no festival. With a screen in view it is blind first. */
  link_lost: {
    ...{ severity: 'HIGH', afterMs: 2 * MINUTE, overMs: 10 * SECOND, about: 'laptop' },
    symptomOf: ['detection_blind'],
  },
  /** The database answers, and a laptop's copy of the alerts does not move. */
  follower_stuck: {
    ...{ severity: 'HIGH', afterMs: 30 * SECOND, overMs: 5 * SECOND, about: 'laptop' },
    symptomOf: ['link_lost'],
  },
  /** A laptop's clock differs from the database's by more than 5 s. */
  clock_off: {
    ...{ severity: 'MEDIUM', afterMs: 30 * SECOND, overMs: 30 * SECOND, about: 'laptop' },
    symptomOf: [],
  },
  /** Little room is left on a laptop's disk. */
  disk_low: {
    ...{ severity: 'HIGH', afterMs: 10 * SECOND, overMs: 60 * SECOND, about: 'laptop' },
    symptomOf: [],
  },
  /** Raised and ended by whoever makes backups. */
  backup_failed: { severity: 'HIGH', afterMs: 0, overMs: 0, about: 'festival', symptomOf: [] },
  /** Raised and ended by the daily maintenance. */
  maintenance_missed: { severity: 'MEDIUM', afterMs: 0, overMs: 0, about: 'festival', symptomOf: [] },
} as const satisfies Readonly<Record<string, TroubleKindRules>>;

export type TroubleKind = keyof typeof TROUBLES;
export const TROUBLE_KINDS = Object.keys(TROUBLES) as [TroubleKind, ...TroubleKind[]]; // keys of a constant

export const troubleKindSchema = z.enum(TROUBLE_KINDS);

/** Wider than each kind's own literals. */
export const troubleRules = (kind: TroubleKind): TroubleKindRules => TROUBLES[kind];

/** The subject of what concerns the whole festival; otherwise it is the name of a laptop. */
export const WHOLE_FESTIVAL = '';

/** Alerts of one laptop alone are numbered below all events of a festival: no sequence begins there. */
const LOCAL_IDS = 1_000_000_000;
const HIGHEST_LOCAL = rowId(BigInt(LOWEST_ID) + BigInt(LOCAL_IDS));
export const localId = (number: number): RowId => rowId(BigInt(LOWEST_ID) + BigInt(number));
export const isLocalId = (id: RowId): boolean => compareIds(id, HIGHEST_LOCAL) < 0;
/** @param id a local one */
export const localNumber = (id: RowId): number => Number(BigInt(id) - BigInt(LOWEST_ID));

/** Figures and words that fill the sentence of a trouble. */
export const troubleFactsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type TroubleFacts = z.infer<typeof troubleFactsSchema>;

/** Something that is wrong with Regie now. */
export const troubleSchema = z.object({
  kind: z.string(),
  /** A laptop; empty: the whole festival. */
  subject: z.string(),
  startedAt: instantSchema,
});
export type Trouble = z.infer<typeof troubleSchema>;
