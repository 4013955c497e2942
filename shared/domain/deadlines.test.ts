import { describe, expect, it } from 'vitest';
import { anEvent } from '../testing/alerts.ts';
import { answerDueAt, missedDeadlines, resolveDueAt } from './deadlines.ts';

const at = (time: string) => `2026-07-03T21:${time}.000Z`;
const ms = (time: string) => Date.parse(at(time));

describe('the clocks of an alert', () => {
  it('run from its detection: two minutes to answer and a quarter of an hour to resolve what is CRITICAL', () => {
    expect(answerDueAt(anEvent())).toBe(at('02:00'));
    expect(resolveDueAt(anEvent())).toBe(at('15:00'));
    expect(resolveDueAt(anEvent({ severity: 'INFO' }))).toBeNull();
  });

  it('begin anew when it is opened again; a call alone moves the answer, not the resolution', () => {
    const called = anEvent({ recalledAt: at('20:00') });
    expect([answerDueAt(called), resolveDueAt(called)]).toEqual([at('22:00'), at('15:00')]);
    const reopened = anEvent({ recalledAt: at('20:00'), reopenedAt: at('20:00') });
    expect(resolveDueAt(reopened)).toBe(at('35:00'));
  });
});

describe('a missed deadline', () => {
  it('is none while there is time, and names the stage that is slow when there is none left', () => {
    const open = { lead: anEvent(), open: true };
    expect(missedDeadlines(open, ms('01:59'))).toEqual([]);
    expect(missedDeadlines(open, ms('02:30'))).toEqual([
      {
        deadline: 'answer',
        dueAt: at('02:00'),
        metAt: null,
        lateMs: 30_000,
        stage: 'acknowledged',
        stageMs: 150_000,
      },
    ]);
  });

  it.each([
    ['committed', { occurredAt: '2026-07-03T20:50:00.000Z' }, 600_000],
    ['detected', { occurredAt: '2026-07-03T20:50:00.000Z', committedAt: '2026-07-03T20:50:01.000Z' }, 599_000],
    ['shown', { shownAt: at('02:50') }, 170_000],
    ['acknowledged', { shownAt: at('00:01') }, 179_000],
  ] as const)('names the stage “%s” where that took longest', (stage, times, stageMs) => {
    const lead = anEvent({ ...times, firstAcknowledgedAt: at('03:00') });
    expect(missedDeadlines({ lead, open: true }, ms('04:00'))).toEqual([
      expect.objectContaining({ deadline: 'answer', metAt: at('03:00'), lateMs: 60_000, stage, stageMs }),
    ]);
  });

  it('of the resolution names the answer or the work, and stays when it was resolved late', () => {
    const answeredLate = anEvent({ firstAcknowledgedAt: at('14:00'), resolvedAt: at('16:00'), status: 'RESOLVED' });
    expect(missedDeadlines({ lead: answeredLate, open: false }, ms('59:00'))[1]).toMatchObject({
      deadline: 'resolution',
      lateMs: 60_000,
      stage: 'acknowledged',
    });
    const workedLong = anEvent({ firstAcknowledgedAt: at('01:00'), resolvedAt: at('16:00'), status: 'RESOLVED' });
    expect(missedDeadlines({ lead: workedLong, open: false }, ms('59:00'))).toEqual([
      expect.objectContaining({ deadline: 'resolution', stage: 'resolved', stageMs: 900_000 }),
    ]);
  });

  it('does not count the time in which a silence held the alert back', () => {
    const lead = anEvent({ recalledAt: at('20:00'), firstAcknowledgedAt: at('21:00') });
    expect(missedDeadlines({ lead, open: true }, ms('22:00')).map(({ deadline }) => deadline)).toEqual(['resolution']);
  });
});
