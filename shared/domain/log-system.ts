import { z } from 'zod';
import { instantSchema } from './primitives.ts';

/**
 * What the console records of itself, as lines of the log (docs/log.md, "System lines"): rows of the audit trail, messages
 * that were sent, which laptop led the engine, and when this laptop had no festival.
 */
export const SYSTEM_ACTIONS = [
  ...['event_raised', 'event_cleared', 'event_explained', 'resolve', 'false_positive', 'reopen', 'merge', 'split'],
  ...['correction', 'correction_proposed', 'correction_approved', 'correction_rejected'],
  ...['silence', 'silence_ended', 'called', 'told', 'handover_offered', 'handover_accepted', 'handover_not_accepted'],
  ...['monitoring_stopped', 'monitoring_restarted', 'history_started_over', 'events_backup', 'audit_accepted'],
  'database_break',
  ...['thresholds_changed', 'escalation_changed', 'festival_settings_changed', 'transaction_meaning_set'],
  ...[
    'flood_began',
    'flood_ended',
    'checklist_signed',
    'operator_saved',
    'operator_locked',
    'laptop_enrolled',
    'laptop_ended',
  ],
  ...['session_cancelled', 'session_terminated', 'maintenance_started', 'high_load_set', 'retention_changed'],
] as const;

export const systemLineSchema = z.object({
  /** Where it is recorded: `audit:12`, `delivery:…`, `term:3`, `link:…`. */
  key: z.string(),
  at: instantSchema,
  actor: z.string(),
  laptop: z.string(),
  /** One of those, or `message_sent`, `engine_taken`, `link_lost`, `link_back`. */
  action: z.string(),
  /** What it is about: `event:12`, `card:04A1`, … */
  subject: z.string(),
  /** The detector, the channel, … */
  what: z.string().nullable(),
  /** What was said with it. */
  words: z.string().nullable(),
});
export type SystemLine = z.infer<typeof systemLineSchema>;
