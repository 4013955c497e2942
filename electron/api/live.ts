import type { CallsOf } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { builtinRunbooks } from '../../shared/runbooks/index.ts';
import { readDetectors, readThresholdChanges } from '../engine/detector-report.ts';
import { readHealth } from '../engine/health-report.ts';
import { LeaseLost } from '../engine/index.ts';
import { detectorNamed, parseThresholds } from '../engine/thresholds.ts';
import { isConnectionError } from '../festival/connection-errors.ts';
import { examine } from '../festival/doctor.ts';
import { readCardView } from '../operations/card-view.ts';
import { runRunbookQuery } from '../operations/runbook-query.ts';
import type { Handlers } from './index.ts';
import type { Parts } from './parts.ts';

/** Need the festival's database; answer `offline` when it does not. */
export const liveHandlers = (parts: Parts): Pick<Handlers, CallsOf<'live'>> => {
  const whenReachable = async <T>(work: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    if (!parts.festival().reachable()) return failed('offline');
    try {
      return await work();
    } catch (error) {
      if (isConnectionError(error)) return failed('offline');
      throw error;
    }
  };
  const whenLeading = <T>(work: () => Promise<Answer<T>>): Promise<Answer<T>> =>
    whenReachable(async () => {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        return failed('engine_elsewhere', { laptop: parts.festival().engine.status().leader?.laptop ?? '' });
      }
    });
  return {
    'card.get': ({ cardId }) =>
      whenReachable(async () => {
        const { database, mirror } = parts.festival();
        return answered(await readCardView(database, cardId, mirror.forCard(cardId)));
      }),
    'runbook.runQuery': ({ runId, stepId }) =>
      whenReachable(async () => {
        const { database, mirror } = parts.festival();
        const incident = mirror.byRun(runId);
        if (incident === undefined) return failed('not_found');
        const runbook = builtinRunbooks.find(({ id }) => id === incident.run?.runbookId);
        const step = runbook?.steps.find(({ id }) => id === stepId);
        if (step?.kind !== 'query') return failed('not_found');
        return answered(await runRunbookQuery(database, { incident, step, clock: parts.clock }));
      }),
    'engine.runCycle': () => whenLeading(async () => answered(await parts.festival().engine.runCycle('critical'))),
    'engine.recompute': () =>
      whenLeading(async () => {
        const { cards, drifted, durationMs } = await parts.festival().engine.recompute();
        return answered({ cards, drifted, durationMs });
      }),
    'detectors.get': () =>
      whenReachable(async () => answered({ detectors: await readDetectors(parts.festival().database) })),
    'detectors.changes': ({ algorithm }) =>
      whenReachable(async () =>
        answered({ changes: await readThresholdChanges(parts.festival().database, algorithm) }),
      ),
    'replay.run': ({ algorithm, thresholds, hours }) =>
      whenReachable(async () => {
        const detector = detectorNamed(algorithm);
        if (detector === undefined) return failed('not_found');
        if (detector.judges !== 'arrivals') return failed('not_replayable');
        const parsed = parseThresholds(detector, thresholds);
        if (!parsed.ok) return failed('bad_input', { call: 'replay.run', where: parsed.where, what: parsed.what });
        const report = await parts.festival().replay(detector, parsed.thresholds, hours);
        return report === 'cancelled' ? failed('replay_cancelled') : answered(report);
      }),
    'health.get': () => whenReachable(async () => answered(await readHealth(parts.festival().database))),
    'engine.resetBreaker': () => {
      parts.festival().engine.resetBreaker();
      return answered({});
    },
    'doctor.run': async ({ settings }) => {
      const examined = settings ?? parts.training()?.consoleSettings ?? parts.connection.get();
      if (examined === null || examined === undefined) return failed('not_found');
      return answered({ findings: await examine(examined, { clock: parts.clock }) });
    },
  };
};
