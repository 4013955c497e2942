import { z } from 'zod';
import type { AlertEvent, TimelineEntry } from './alert.ts';
import { calledAt } from './deadlines.ts';
import { channelSchema } from './escalation.ts';
import { messageReasonSchema, type Undelivered } from './message-reason.ts';

/** More than anybody reads on a row. */
const LISTED = 20;

const entrySchema = z.object({
  delivery: z.string(),
  contact: z.string(),
  channel: channelSchema,
  why: messageReasonSchema.shape.code.optional(),
  detail: z.string().default(''),
});

/**
 * Which messages of an alert did not reach their contact since it last called for attention, from its timeline: the last
 * entry of each message decides.
 * @param timeline oldest first
 */
export const undeliveredOf = (
  timeline: readonly Pick<TimelineEntry, 'kind' | 'at' | 'data'>[],
  lead: Pick<AlertEvent, 'detectedAt' | 'recalledAt'>,
): { notSent: Undelivered[]; unconfirmed: Undelivered[] } => {
  const since = lead.recalledAt === null ? '' : calledAt(lead);
  const last = new Map<string, Undelivered & { kind: string }>();
  for (const { kind, at, data } of timeline) {
    if (!kind.startsWith('escalat') || at < since) continue;
    const { success, data: entry } = entrySchema.safeParse(data);
    if (!success) continue;
    const { delivery, contact, channel, why: code = 'unreadable', detail } = entry;
    last.set(delivery, {
      ...{ kind, at, contact, channel, reason: { code, detail } },
      again: kind === 'escalation_delayed',
    });
  }
  const of = (...kinds: readonly string[]): Undelivered[] =>
    [...last.values()]
      .filter(({ kind }) => kinds.includes(kind))
      .slice(-LISTED)
      .map(({ kind: _, ...one }) => one);
  return { notSent: of('escalation_failed', 'escalation_delayed'), unconfirmed: of('escalation_unknown') };
};
