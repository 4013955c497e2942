import { answered } from '../../shared/contract/errors.ts';
import type { monitoringCalls } from '../../shared/contract/monitoring.ts';
import { LeaseLost } from '../engine/engine.ts';
import type { HandlersOf } from './handlers.ts';
import { createOnTheEngine, runCycleNow } from './on-the-engine.ts';
import type { Parts } from './parts.ts';

export const monitoringHandlers = (parts: Parts): HandlersOf<typeof monitoringCalls> => {
  const by = () => {
    const operator = parts.session.operator();
    return operator === null ? null : { operator, laptop: parts.session.get().laptop };
  };
  const onTheEngine = createOnTheEngine(parts, by);

  return {
    'engine.runCycle': () => runCycleNow(parts, by),
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
