import { describe, expect, it } from 'vitest';
import { aTransaction } from '../../testing/log-rows.ts';
import { SECOND } from '../detector.ts';
import { failureFinding, failureRuns } from './consecutive-failures.ts';

const aRow = (logId: number, some: Parameters<typeof aTransaction>[0] = {}) =>
  aTransaction({ logId, status: 'failed', previous: 1_000, next: 1_000, at: logId * SECOND, ...some });

describe('runs of failures', () => {
  const settings = { count: 3, minutes: 10 };

  it('stay together while any three lie within ten minutes, to the microsecond', () => {
    const at = (minutes: number, more = 0) => minutes * 60 * SECOND + more;
    const edge = [aRow(1, { at: at(0) }), aRow(2, { at: at(5) }), aRow(3, { at: at(10) })];
    expect(failureRuns(edge, settings)).toHaveLength(1);
    expect(failureRuns([...edge.slice(0, 2), aRow(3, { at: at(10, 1) })], settings)).toEqual([]);
  });

  it('never contain a completed order, and other statuses neither count nor break them', () => {
    const rows = [aRow(1), aRow(2), aRow(3, { status: 'pending' }), aRow(4), aRow(5, { status: 'completed' }), aRow(6)];
    expect(failureRuns(rows, settings).map((run) => run.map((row) => row.logId))).toEqual([['1', '2', '4']]);
  });

  it('are keyed by card and first failure, so that growing is not another finding', () => {
    const first = failureFinding([aRow(1), aRow(2), aRow(3)]);
    const grown = failureFinding([aRow(1), aRow(2), aRow(3), aRow(4)]);
    expect(grown?.key).toBe(first?.key);
    expect(grown?.fingerprint).not.toBe(first?.fingerprint);
  });
});
