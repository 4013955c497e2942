import type { ThresholdField, ThresholdSearch, Thresholds } from '../../../shared/contract/detectors.ts';
import { busiestHourLoad, periodOf } from '../../../shared/domain/alarm-quality.ts';
import { readAttendance } from '../../postgres/attendance.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { ArrivalDetector } from '../detector.ts';
import { thresholdFields } from '../thresholds.ts';
import { iso } from '../time.ts';
import { beginsMs, toHundredths } from './backtest.ts';
import { detectInHistory, recordedFindings, statusOf } from './history.ts';

/** What it may take; what was read until then is reported. */
const WITHIN_MS = 60_000;
/** Values on each side of the default, each half as large again as the one before. */
const STEPS = 4;
const FACTOR = 1.5;

/**
 * Tries values of one threshold over recorded history, all in one pass, the others as given: for each what would have been
 * found, how much of it people confirmed, and what would have come to one person in ten minutes.
 * @throws AbortError when it is cancelled.
 */
export const searchThreshold = async (options: {
  database: FestivalDatabase;
  detector: ArrivalDetector;
  thresholds: Thresholds;
  name: string;
  hours: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  withinMs?: number;
}): Promise<ThresholdSearch> => {
  const { database, detector, thresholds, name } = options;
  let field: ThresholdField | undefined;
  let values: number[] = [];
  const history = await detectInHistory({
    ...{ withinMs: WITHIN_MS, ...options },
    others: (present) => {
      field = thresholdFields(detector, present as Thresholds).find((one) => one.name === name);
      values = field === undefined ? [] : valuesOf(field, thresholds[name]);
      return values.map((value) => detector.settings.parse({ ...thresholds, [name]: value }));
    },
  });
  const { from, to, complete } = history;
  const record = await recordedFindings(database, detector.algorithm, from);
  const attendance = await database.read((tx) => readAttendance(tx, periodOf(from / 1_000)));
  const [, ...tried] = history.found;
  return {
    ...{ algorithm: detector.algorithm, name, from: iso(from), to: iso(to), complete },
    rows: tried.map(({ findings }, at) => {
      const value = values[at] ?? Number.NaN;
      const statuses = findings.map((finding) => statusOf(finding, record));
      return {
        ...{ value, present: value === field?.value, standard: value === field?.standard },
        found: findings.length,
        confirmed: statuses.filter((status) => status === 'RESOLVED').length,
        falsePositive: statuses.filter((status) => status === 'FALSE_POSITIVE').length,
        perOperator: toHundredths(busiestHourLoad(findings.map(beginsMs), attendance)),
      };
    }),
  };
};

/** Values around the default within the field's bounds, with the present one and the one that somebody is thinking of. */
export const valuesOf = ({ minimum, maximum, standard, value, whole }: ThresholdField, thought?: number): number[] => {
  const around = Array.from({ length: 2 * STEPS + 1 }, (_, step) => standard * FACTOR ** (step - STEPS));
  const rounded = around.map((one) => (whole ? Math.round(one) : Number(one.toPrecision(2))));
  const fits = (one: number): boolean => one >= (minimum ?? one) && one <= (maximum ?? one);
  const all = [...rounded, standard, value, ...(thought === undefined ? [] : [thought])];
  return [...new Set(all.filter(fits))].sort((a, b) => a - b);
};
