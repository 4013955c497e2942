import { detectorCalls, type Thresholds } from '../../shared/contract/detectors.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { ArrivalDetector } from '../engine/detector.ts';
import { readDetectors, readThresholdChanges } from '../engine/detector-report.ts';
import { detectorNamed, parseThresholds } from '../engine/thresholds.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';
import type { Preparations } from './submit.ts';

export const detectorHandlers = (parts: Parts): HandlersOf<typeof detectorCalls> => ({
  'detectors.get': () =>
    answered(parts.festival().cache.get('detectors', detectorCalls['detectors.look'].output) ?? null),
  'detectors.look': () =>
    whenReachable(parts, async () => {
      const { database, cache } = parts.festival();
      const detectors = await readDetectors(database);
      cache.set('detectors', detectors);
      return answered(detectors);
    }),
  'detectors.changes': ({ algorithm }) =>
    whenReachable(parts, async () =>
      answered({ changes: await readThresholdChanges(parts.festival().database, algorithm) }),
    ),
  'backtest.run': ({ algorithm, thresholds, hours }) =>
    whenReachable(parts, async () => {
      const tried = toBacktest('backtest.run', algorithm, thresholds);
      if (!tried.ok) return tried;
      const report = await parts.festival().backtests.run(tried.value.detector, tried.value.thresholds, hours);
      return report === 'cancelled' ? failed('backtest_cancelled') : answered(report);
    }),
  'backtest.search': ({ algorithm, thresholds, name, hours }) =>
    whenReachable(parts, async () => {
      const tried = toBacktest('backtest.search', algorithm, thresholds);
      if (!tried.ok) return tried;
      if (!(name in tried.value.thresholds)) return failed('not_found');
      const asked = { thresholds: tried.value.thresholds, name, hours };
      const report = await parts.festival().backtests.search(tried.value.detector, asked);
      return report === 'cancelled' ? failed('backtest_cancelled') : answered(report);
    }),
  'backtest.cancel': () => {
    parts.festival().backtests.cancel();
    return answered({});
  },
});

/** What recorded history can be judged with. */
const toBacktest = (
  call: 'backtest.run' | 'backtest.search',
  algorithm: string,
  thresholds: Thresholds,
): Answer<{ detector: ArrivalDetector; thresholds: Thresholds }> => {
  const detector = detectorNamed(algorithm);
  if (detector === undefined) return failed('not_found');
  if (detector.input !== 'arrivals') return failed('not_backtestable');
  const parsed = parseThresholds(detector, thresholds);
  return parsed.ok
    ? answered({ detector, thresholds: parsed.thresholds })
    : failed('bad_input', { call, ...parsed.problem });
};

export const prepareDetectors = (): Preparations => ({
  'detectors.set': (input) => {
    const detector = detectorNamed(input.algorithm);
    if (detector === undefined) return failed('not_found');
    const parsed = parseThresholds(detector, input.thresholds);
    return parsed.ok
      ? answered({ ...input, thresholds: parsed.thresholds })
      : failed('bad_input', { call: 'detectors.set', ...parsed.problem });
  },
});
