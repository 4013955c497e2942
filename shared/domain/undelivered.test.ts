import { expect, it } from 'vitest';
import { undeliveredOf } from './undelivered.ts';

const lead = { detectedAt: '2026-07-03T21:00:00Z', recalledAt: null };
const entry = (kind: string, delivery: string, minute: number, some: Record<string, string> = {}) => ({
  kind,
  at: `2026-07-03T21:0${minute}:00Z`,
  data: { delivery, contact: 'Ops', channel: 'sms', step: 0, ...some },
});
const busy = { why: 'busy', detail: '503' };

it('the last entry of each message says whether it reached its contact', () => {
  const timeline = [
    entry('escalation_delayed', 'a', 1, busy),
    entry('escalation_delayed', 'b', 1, busy),
    entry('escalation_unknown', 'c', 2, { why: 'unanswered', detail: 'ECONNRESET' }),
    entry('escalated', 'a', 3),
    entry('escalation_failed', 'd', 3, { why: 'not_set_up' }),
  ];
  const { notSent, unconfirmed } = undeliveredOf(timeline, lead);
  expect(notSent.map(({ reason, again }) => [reason.code, again])).toEqual([
    ['busy', true],
    ['not_set_up', false],
  ]);
  expect(unconfirmed).toMatchObject([{ contact: 'Ops', reason: { code: 'unanswered', detail: 'ECONNRESET' } }]);
});

it('what was before the alert last called for attention is over', () => {
  const timeline = [entry('escalation_failed', 'a', 1, busy), entry('escalation_failed', 'b', 3, busy)];
  const { notSent } = undeliveredOf(timeline, { ...lead, recalledAt: '2026-07-03T21:02:00Z' });
  expect(notSent.map(({ at }) => at)).toEqual(['2026-07-03T21:03:00Z']);
});

it('entries of an older version, or that make no sense, are left out', () => {
  expect(
    undeliveredOf([{ kind: 'escalation_failed', at: '2026-07-03T21:01:00Z', data: { contact: 1 } }], lead),
  ).toEqual({ notSent: [], unconfirmed: [] });
});
