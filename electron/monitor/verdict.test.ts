import { describe, expect, it } from 'vitest';
import { aReading, aStatus } from '../testing/monitor-reading.ts';
import { verdictOf } from './verdict.ts';

const NOW = aReading().now;
const ago = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString();
const canary = (lastDisplayedAt: string | null) => ({
  status: aStatus({ canary: { lastDisplayedAt, blindSince: null, others: [] } }),
});
const link = (state: 'offline' | 'connecting' | 'degraded') => ({
  status: aStatus({ link: { ...aStatus().link, state } }),
});

describe('what watchers are told', () => {
  it('that a console is ready and healthy whose canary was displayed lately and whose copy is fresh', () => {
    expect(verdictOf(aReading())).toEqual({ ready: true, reasons: [], status: 'HEALTHY', problems: [] });
    expect(verdictOf(aReading(canary(ago(45)))).ready).toBe(true);
    expect(verdictOf(aReading(link('degraded'))).ready).toBe(true);
  });

  it.each([
    ['no canary was ever displayed', canary(null), ['canary_not_displayed']],
    ['none was displayed for 46 s', canary(ago(46)), ['canary_late']],
    ['nobody can see the page', { ...canary(ago(300)), inView: false }, ['canary_late', 'no_page_in_view']],
    ['the database does not answer', link('offline'), ['database_unreachable']],
    ['it has not answered yet', link('connecting'), ['database_unreachable']],
    ['it answers, and the copy stands still', { copiedAt: NOW - 16_000 }, ['copy_stale']],
    ['nothing was copied yet', { copiedAt: null }, ['copy_stale']],
    [
      'the festival could not be opened',
      { status: aStatus({ failure: { code: 'x', params: {} } }) },
      ['festival_not_open'],
    ],
    [
      'monitoring is stopped',
      { status: aStatus({ stopped: { at: ago(3), by: 'Ada', on: 'booth-2', reason: 'x' } }) },
      ['monitoring_stopped'],
    ],
  ] as const)('that nobody may rely on it where %s', (_, changes, reasons) => {
    expect(verdictOf(aReading(changes))).toMatchObject({ ready: false, reasons, status: 'CRITICAL' });
  });

  it('what else is wrong, in the guide’s words', () => {
    const { engine, disk, canary: seen } = aStatus();
    const of = (changes: Parameters<typeof aStatus>[0]) => {
      const { ready, status, problems } = verdictOf(aReading({ status: aStatus(changes) }));
      return [ready, status, ...problems];
    };
    const breaker = { ...engine.breaker, state: 'open' as const };
    expect(of({ engine: { ...engine, breaker } })).toEqual([true, 'CRITICAL', 'circuit_breaker_open']);
    expect(of({ engine: { ...engine, leader: null } })).toEqual([true, 'CRITICAL', 'no_leader']);
    expect(of({ disk: { ...disk, full: true } })).toEqual([true, 'CRITICAL', 'disk_full']);
    expect(of({ auditLostAt: ago(9) })).toEqual([true, 'CRITICAL', 'audit_trail_lost']);
    expect(of({ undecided: 1 })).toEqual([true, 'WARNING', 'actions_undecided']);
    const others = [{ laptop: 'booth-2', blindSince: ago(60) }];
    expect(of({ canary: { ...seen, others } })).toEqual([true, 'WARNING', 'other_laptops_blind']);
  });

  it('what the last snapshot says, and that there is none or an old one', () => {
    const of = (changes: Parameters<typeof aReading>[0]) => {
      const { status, problems } = verdictOf(aReading(changes));
      return [status, ...problems];
    };
    const snapshot = aReading().snapshot;
    if (snapshot === null) throw new Error('there is one');
    expect(of({ snapshot: { ...snapshot, status: 'CRITICAL' } })).toEqual(['CRITICAL', 'festival_critical']);
    expect(of({ snapshot: { ...snapshot, status: 'WARNING' } })).toEqual(['WARNING', 'festival_warning']);
    expect(of({ snapshot: { ...snapshot, at: ago(700) } })).toEqual(['WARNING', 'snapshot_old']);
    expect(of({ snapshot: null })).toEqual(['WARNING', 'snapshot_missing']);
    expect(of({ troubles: ['disk_low', 'disk_low'] })).toEqual(['WARNING', 'trouble_disk_low']);
    expect(of({ troubles: ['database_read_only'] })).toEqual(['CRITICAL', 'trouble_database_read_only']);
    expect(of({ heartbeat: { sentAt: null, failing: true } })).toEqual(['WARNING', 'heartbeat_failing']);
  });
});
