import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cents } from '../../shared/domain/money.ts';
import { createBreaker } from './breaker.ts';
import { SECOND, type TrafficSecond, type TransactionRow } from './detector.ts';
import { balancesOverlap } from './detectors/concurrent-transaction-detection/rule.ts';
import { failureFinding, failureRuns } from './detectors/consecutive-failures/rule.ts';
import { percentOf, spikeEpisodes } from './detectors/system-failure-spike/rule.ts';
import { factsToJson } from './facts.ts';
import { bursts } from './grouping.ts';
import { type Band, bandOf, bandOfCritical } from './health.ts';
import { iso } from './time.ts';

const aRow = (logId: number, some: Partial<TransactionRow> = {}): TransactionRow => ({
  arrival: logId,
  logId,
  transactionId: null,
  cardId: 'A',
  type: 'bar_order',
  status: 'failed',
  amount: cents(100),
  previous: cents(1_000),
  next: cents(1_000),
  pointOfSale: null,
  errorPattern: null,
  requestId: null,
  settledLate: false,
  at: logId * SECOND,
  ...some,
});

describe('bursts', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 * SECOND }), { maxLength: 40 });

  it('hold every row that has a neighbour within the time, each once, and no other', () => {
    fc.assert(
      fc.property(times, (moments) => {
        const rows = moments.map((at, id) => ({ at, id }));
        const found = bursts(rows, { within: 5 * SECOND, least: 2 }).flat();
        const neighbours = rows.filter((row) =>
          rows.some((other) => other.id !== row.id && Math.abs(other.at - row.at) <= 5 * SECOND),
        );
        expect(found.map(({ id }) => id).sort()).toEqual(neighbours.map(({ id }) => id).sort());
      }),
    );
  });

  it('are the same in whatever order the rows arrive', () => {
    fc.assert(
      fc.property(times, (moments) => {
        const rows = [...new Set(moments)].map((at) => ({ at }));
        expect(bursts(rows.toReversed(), { within: 2 * SECOND, least: 2 })).toEqual(
          bursts(rows, { within: 2 * SECOND, least: 2 }),
        );
      }),
    );
  });
});

describe('runs of failures', () => {
  const settings = { count: 3, minutes: 10 };

  it('are kept together while any three lie within ten minutes, to the microsecond', () => {
    const at = (minutes: number, more = 0) => minutes * 60 * SECOND + more;
    const edge = [aRow(1, { at: at(0) }), aRow(2, { at: at(5) }), aRow(3, { at: at(10) })];
    expect(failureRuns(edge, settings)).toHaveLength(1);
    expect(failureRuns([...edge.slice(0, 2), aRow(3, { at: at(10, 1) })], settings)).toEqual([]);
  });

  it('never contain a completed order, and other statuses neither count nor break them', () => {
    const rows = [aRow(1), aRow(2), aRow(3, { status: 'pending' }), aRow(4), aRow(5, { status: 'completed' }), aRow(6)];
    expect(failureRuns(rows, settings).map((run) => run.map((row) => row.logId))).toEqual([[1, 2, 4]]);
  });

  it('are keyed by card and first failure, so that growing is not another finding', () => {
    const first = failureFinding([aRow(1), aRow(2), aRow(3)]);
    const grown = failureFinding([aRow(1), aRow(2), aRow(3), aRow(4)]);
    expect(grown?.key).toBe(first?.key);
    expect(grown?.fingerprint).not.toBe(first?.fingerprint);
  });
});

describe('failure spikes', () => {
  const settings = { minutes: 15, transactions: 10, percent: 5, highPercent: 10 };
  const width = 15 * 60 * SECOND;

  it('are found exactly where counting every window by hand finds them', () => {
    const second = fc.record({
      gap: fc.integer({ min: 1, max: 200 }),
      total: fc.integer({ min: 1, max: 6 }),
      failed: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(second, { maxLength: 60 }), (gaps) => {
        let at = 0;
        const seconds: TrafficSecond[] = gaps.map(({ gap, total, failed }) => {
          at += gap * SECOND;
          return { at, total, failed: Math.min(failed, total) };
        });
        const above = seconds.some((end) => {
          const window = seconds.filter((one) => one.at > end.at - width && one.at <= end.at);
          const total = window.reduce((sum, one) => sum + one.total, 0);
          const failed = window.reduce((sum, one) => sum + one.failed, 0);
          return total > 10 && percentOf(failed, total) > 5;
        });
        const { open, ended } = spikeEpisodes(seconds, { from: 0, open: null, settings });
        expect(open !== null || ended.length > 0).toBe(above);
      }),
    );
  });

  it('judged in two halves are the same as judged at once', () => {
    const seconds = Array.from(
      { length: 40 },
      (_, n): TrafficSecond => ({ at: n * 120 * SECOND, total: 5, failed: n % 9 === 0 ? 4 : 0 }),
    );
    const whole = spikeEpisodes(seconds, { from: 0, open: null, settings });
    const cut = 17 * 120 * SECOND;
    const first = spikeEpisodes(
      seconds.filter(({ at }) => at < cut),
      { from: 0, open: null, settings },
    );
    const second = spikeEpisodes(seconds, { from: cut, open: first.open, settings });
    expect(second.open).toEqual(whole.open);
  });
});

describe('concurrent transactions', () => {
  it('overlap when one does not begin where the one before it ended; a NULL proves nothing', () => {
    const chained = [
      aRow(1, { previous: cents(1_000), next: cents(900) }),
      aRow(2, { previous: cents(900), next: cents(800) }),
    ];
    expect(balancesOverlap(chained)).toBe(false);
    expect(
      balancesOverlap([aRow(1, { previous: cents(1_000), next: cents(900) }), aRow(2, { previous: cents(1_000) })]),
    ).toBe(true);
    expect(balancesOverlap([aRow(1, { next: null }), aRow(2)])).toBe(false);
  });
});

describe('facts', () => {
  it('write money from its digits and moments with their microseconds', () => {
    const text = factsToJson({
      a: { cents: cents(-1_550) },
      at: { micros: 1_751_576_645_123_456 },
      list: [1, null, 'x"'],
    });
    expect(text).toBe('{"a":-15.50,"at":"2025-07-03T21:04:05.123456Z","list":[1,null,"x\\""]}');
    expect(iso(1_751_576_645_000_001)).toBe('2025-07-03T21:04:05.000001Z');
  });
});

describe('bands of health', () => {
  const rate = { worse: 'below', normal: 99, warning: 98, critical: 95 } as const;
  const through = (values: number[]): Band[] => {
    let band: Band = 'normal';
    return values.map((value) => {
      band = bandOf(value, band, rate);
      return band;
    });
  };

  it('change only when the next line is crossed', () => {
    expect(through([99.5, 98.5, 97.9, 98.5, 94.9, 96, 98.5, 99.1])).toEqual([
      'normal',
      'normal',
      'warning',
      'warning',
      'critical',
      'warning',
      'warning',
      'normal',
    ]);
  });

  it('count open critical events', () => {
    expect([0, 1, 2, 3].map(bandOfCritical)).toEqual(['normal', 'warning', 'warning', 'critical']);
  });
});

describe('the circuit breaker', () => {
  it('opens at the fifth failure in a row, probes once after a minute, and closes on success', () => {
    let now = 0;
    const breaker = createBreaker({ now: () => now, monotonic: () => now });
    for (let failures = 0; failures < 4; failures += 1) breaker.failed(new Error('x'));
    expect(breaker.allows()).toBe(true);
    breaker.failed(new Error('fifth'));
    expect(breaker.allows()).toBe(false);
    expect(breaker.status()).toMatchObject({ state: 'open', failures: 5 });
    now = 60_000;
    expect(breaker.allows()).toBe(true);
    expect(breaker.status().state).toBe('half_open');
    breaker.failed(new Error('still'));
    expect(breaker.allows()).toBe(false);
    now = 120_000;
    expect(breaker.allows()).toBe(true);
    breaker.succeeded();
    expect(breaker.status()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('starts to count again after a success', () => {
    const breaker = createBreaker({ now: () => 0, monotonic: () => 0 });
    for (let failures = 0; failures < 4; failures += 1) breaker.failed(new Error('x'));
    breaker.succeeded();
    breaker.failed(new Error('x'));
    expect(breaker.status().state).toBe('closed');
  });
});
