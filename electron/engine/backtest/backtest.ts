import type { BacktestReport, Thresholds } from '../../../shared/contract/detectors.ts';
import { busiestHourLoad, periodOf } from '../../../shared/domain/alarm-quality.ts';
import { addCents, ZERO } from '../../../shared/domain/money.ts';
import { isOpen } from '../../../shared/domain/severity.ts';
import { readAttendance } from '../../postgres/attendance.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { ArrivalDetector, Finding } from '../detector.ts';
import { iso } from '../time.ts';
import { detectInHistory, isSame, type RecordedFinding, recordedFindings, statusOf } from './history.ts';

const EXAMPLES = 50;

/**
 * Runs a detector over the last hours of recorded history with its present thresholds and with proposed ones, and reports
 * what would have been found and missed.
 * @throws AbortError when it is cancelled.
 */
export const backtestThresholds = async (options: {
  database: FestivalDatabase;
  detector: ArrivalDetector;
  thresholds: Thresholds;
  hours: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}): Promise<BacktestReport> => {
  const { database, detector, thresholds, hours } = options;
  const history = await detectInHistory({ ...options, others: () => [detector.settings.parse(thresholds)] });
  const { from, to, transactions, scans } = history;
  const [{ findings: present }, { findings: proposed = [] } = {}] = history.found;
  const record = await recordedFindings(database, detector.algorithm, from);
  const missed = present.filter((finding) => !proposed.some((other) => isSame(finding, other)));
  const added = proposed.filter((finding) => !present.some((other) => isSame(finding, other)));
  // What comes while two people are there is half as much for each.
  const attendance = await database.read((tx) => readAttendance(tx, periodOf(from / 1_000)));
  const count = (findings: readonly Finding[]) => ({
    ...countsOf(findings, record, hours),
    perOperator: toHundredths(busiestHourLoad(findings.map(beginsMs), attendance)),
  });
  return {
    algorithm: detector.algorithm,
    thresholds,
    ...{ from: iso(from), to: iso(to), transactions, scans },
    present: count(present),
    proposed: count(proposed),
    missed: count(missed),
    added: count(added),
    examples: [
      ...missed.map((finding) => ({ change: 'missed' as const, finding })),
      ...added.map((finding) => ({ change: 'added' as const, finding })),
    ]
      .sort((a, b) => b.finding.occurredAt - a.finding.occurredAt)
      .slice(0, EXAMPLES)
      .map(({ change, finding }) => ({
        change,
        at: iso(finding.occurredAt),
        cardId: finding.cardId,
        amountCents: finding.amount,
        status: statusOf(finding, record) ?? 'none',
      })),
  };
};

const countsOf = (
  findings: readonly Finding[],
  record: readonly RecordedFinding[],
  hours: number,
): Omit<BacktestReport['present'], 'perOperator'> => {
  const statuses = findings.map((finding) => statusOf(finding, record));
  return {
    found: findings.length,
    resolved: statuses.filter((status) => status === 'RESOLVED').length,
    falsePositive: statuses.filter((status) => status === 'FALSE_POSITIVE').length,
    open: statuses.filter((status) => status !== undefined && isOpen(status)).length,
    amountCents: addCents(ZERO, ...findings.map(({ amount }) => amount ?? ZERO)),
    alertsPerHour: toHundredths(findings.length / hours),
  };
};

export const toHundredths = (value: number): number => Math.round(value * 100) / 100;

export const beginsMs = ({ occurredAt }: Finding): number => occurredAt / 1_000;
