import { v7 as uuid } from 'uuid';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { monitoringCalls } from '../../shared/contract/monitoring.ts';
import { LeaseLost } from '../engine/engine.ts';
import { type EngineRequestKind, requestEngine } from '../engine/requests.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

/** A recompute takes as long as the log is. */
const ANSWERED_WITHIN_MS = 10 * 60_000;

export const monitoringHandlers = (parts: Parts): HandlersOf<typeof monitoringCalls> => {
  /** Does it here where this laptop runs the engine, else has it done by the one that does. */
  const onTheEngine = <T>(
    kind: EngineRequestKind,
    here: () => Promise<T>,
    read: (result: Readonly<Record<string, number>>) => T,
  ): Promise<Answer<T>> =>
    whenReachable(parts, async () => {
      const { database, engine } = parts.festival();
      try {
        return answered(await here());
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
      }
      const stop = parts.festival().status().stopped;
      if (stop !== null) return failed('monitoring_stopped', { name: stop.by });
      const operator = parts.session.operator();
      if (operator === null) return failed('not_signed_in');
      const { laptop } = parts.session.get();
      const request = { id: uuid(), kind, operator, laptop };
      const answer = await requestEngine({ database, request, clock: parts.clock, withinMs: ANSWERED_WITHIN_MS });
      if (answer.state === 'done') return answered(read(answer.result));
      const leader = engine.status().leader?.laptop ?? '';
      return answer.state === 'unclaimed'
        ? failed('engine_nowhere', { laptop: leader })
        : failed('order_failed', { laptop: leader, why: answer.error });
    });

  return {
    'engine.runCycle': () =>
      onTheEngine(
        'cycle',
        () => parts.festival().engine.runCycle('critical'),
        ({ durationMs = 0, findings = 0 }) => ({ durationMs, findings }),
      ),
    'engine.recompute': () =>
      onTheEngine(
        'recompute',
        async () => {
          const { cards, drifted, durationMs } = await parts.festival().engine.recompute();
          return { cards, drifted, durationMs };
        },
        ({ cards = 0, drifted = 0, durationMs = 0 }) => ({ cards, drifted, durationMs }),
      ),
    'engine.resetBreaker': () =>
      onTheEngine(
        'breaker',
        async () => {
          const { engine } = parts.festival();
          // Only the breaker of the engine that runs means anything.
          if (!engine.leads()) throw new LeaseLost('this laptop does not run the engine');
          engine.resetBreaker();
          return {};
        },
        () => ({}),
      ),
    'engine.pauseCatchUp': ({ paused }) => {
      parts.festival().engine.pauseCatchUp(paused);
      return answered({});
    },
  };
};
