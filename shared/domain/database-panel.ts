import { z } from 'zod';
import { instantSchema } from './primitives.ts';

/** What is looked at again and again while the screen is open, and what changes slowly and costs more. */
export const PANEL_GROUPS = {
  now: ['connections', 'locks', 'transactions', 'idle', 'counters', 'replication'],
  store: ['statements', 'tables', 'indexes', 'sizes', 'sequences', 'wraparound'],
} as const;
export type PanelGroup = keyof typeof PANEL_GROUPS;
export type PanelId = (typeof PANEL_GROUPS)[PanelGroup][number];

/** How a figure is written; `state`: a word of Postgres, of which a newer one may have others. */
const kindSchema = z.enum(['text', 'code', 'count', 'bytes', 'ms', 'share', 'instant', 'word', 'state']);
export type CellKind = z.infer<typeof kindSchema>;

/** A session as a remedy needs it: the database does nothing to another one that has got the same process id. */
export const sessionTargetSchema = z.object({
  pid: z.int(),
  backendStart: instantSchema,
  /** MD5 of what it runs, or ran last. */
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
});
export type SessionTarget = z.infer<typeof sessionTargetSchema>;

export const relationTargetSchema = z.object({
  kind: z.enum(['table', 'index']),
  schema: z.string().min(1).max(63),
  name: z.string().min(1).max(63),
});
export type RelationTarget = z.infer<typeof relationTargetSchema>;

export const LEVELS = ['critical', 'warning', 'unknown', 'info', 'ok'] as const;
const levelSchema = z.enum(LEVELS);
/** `unknown`: it may be bad, and this login does not see it; `info`: nothing to judge. */
export type PanelLevel = z.infer<typeof levelSchema>;

const rowSchema = z.object({
  cells: z.array(z.union([z.string(), z.number(), z.null()])),
  /** How far below the root it stands, in a tree. */
  depth: z.int(),
  session: sessionTargetSchema.nullable(),
  relation: relationTargetSchema.nullable(),
});
export type PanelRow = z.infer<typeof rowSchema>;

/** What must be said beside the figures; `code` names the sentence (`database.note_<code>`). */
const noteSchema = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) });
export type PanelNote = z.infer<typeof noteSchema>;

export const panelSchema = z.object({
  panel: z.enum([...PANEL_GROUPS.now, ...PANEL_GROUPS.store]),
  level: levelSchema,
  /** The figure that is judged, and what it is judged by; null where it isn't known. */
  value: z.number().nullable(),
  kind: kindSchema,
  warning: z.number().nullable(),
  critical: z.number().nullable(),
  notes: z.array(noteSchema),
  /** What an administrator would run so that this login sees the rest; null where it sees everything. */
  grant: z.string().nullable(),
  columns: z.array(z.object({ id: z.string(), kind: kindSchema })),
  rows: z.array(rowSchema),
  /** To copy: what was asked. */
  sql: z.string(),
  /** When it was so, by the database's clock. */
  at: instantSchema,
  /** Since when its level is the same, as far as somebody has looked. */
  since: instantSchema,
});
export type Panel = z.infer<typeof panelSchema>;

/** The level of a figure that is bad when it is high; an unknown one is never good. */
export const levelAbove = (value: number | null, warning: number, critical: number): PanelLevel => {
  if (value === null) return 'unknown';
  if (value >= critical) return 'critical';
  return value >= warning ? 'warning' : 'ok';
};

/** The worst of several. */
export const worstLevel = (levels: readonly PanelLevel[]): PanelLevel =>
  LEVELS.find((level) => levels.includes(level)) ?? 'info';
