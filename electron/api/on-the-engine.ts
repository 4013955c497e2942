import { v7 as uuid } from 'uuid';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { LeaseLost } from '../engine/engine.ts';
import { type EngineRequestKind, requestEngine } from '../engine/requests.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

/** A recompute takes as long as the log is. */
const ANSWERED_WITHIN_MS = 10 * 60_000;

/** Who asks; null: nobody who may. */
type By = () => { readonly operator: string; readonly laptop: string } | null;

/** Does what is asked of the engine here where this laptop runs it, else has it done by the one that does. */
export const createOnTheEngine =
  (parts: Pick<Parts, 'festival' | 'clock'>, by: By) =>
  <T>(
    kind: EngineRequestKind,
    here: () => Promise<T>,
    read: (result: Readonly<Record<string, number>>) => T,
  ): Promise<Answer<T>> =>
    whenReachable(parts, async () => {
      const { festival, clock } = parts;
      const { database, engine } = festival();
      try {
        return answered(await here());
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
      }
      const stop = festival().status().stopped;
      if (stop !== null) return failed('monitoring_stopped', { name: stop.by });
      const who = by();
      if (who === null) return failed('not_signed_in');
      const request = { id: uuid(), kind, ...who };
      const answer = await requestEngine({ database, request, clock, withinMs: ANSWERED_WITHIN_MS });
      if (answer.state === 'done') return answered(read(answer.result));
      const leader = engine.status().leader?.laptop ?? '';
      return answer.state === 'unclaimed'
        ? failed('engine_nowhere', { laptop: leader })
        : failed('order_failed', { laptop: leader, why: answer.error });
    });

/** The critical cycle, now. */
export const runCycleNow = (
  parts: Pick<Parts, 'festival' | 'clock'>,
  by: By,
): Promise<Answer<{ durationMs: number; findings: number }>> =>
  createOnTheEngine(parts, by)(
    'cycle',
    () => parts.festival().engine.runCycle('critical'),
    ({ durationMs = 0, findings = 0 }) => ({ durationMs, findings }),
  );
