import type { EngineStatus } from '../../../shared/contract/status.ts';
import type { Reading, Senses } from '../../../shared/domain/trouble-judge.ts';
import { type TroubleKind, WHOLE_FESTIVAL } from '../../../shared/domain/troubles.ts';

/** What a laptop knows of the engine, whoever runs it. Milliseconds of the monotonic clock. */
export type EngineSight = {
  /** Since when the festival's database answers without a break; null while it does not. */
  readonly reachableSinceMs: number | null;
  /** Monitoring was stopped by somebody: nothing of this is a trouble then. */
  readonly stopped: boolean;
  readonly breaker: EngineStatus['breaker'];
  /** When a canary that the engine had found last came to this laptop; when it began to look, where none has come. */
  readonly canaryMs: number;
  readonly noCanaryCame: boolean;
  readonly nowMs: number;
  /** Since when nobody leads, or nothing was measured for longer than a snapshot takes; null: neither is so. */
  readonly idleSinceMs: number | null;
  /** Since when the database takes nothing, as far as it was asked; false: it takes something; null: not known. */
  readonly readOnly: { readonly sinceMs: number } | false | null;
};

const ERROR_LENGTH = 120;
/** Two canaries may be missing before it is worth a reading. */
const CANARY_LATE_MS = 30_000;

/** What is wrong with the engine and the database, by what reaches this laptop. Each is the whole festival's. */
export const engineSenses = (sight: EngineSight): Senses => {
  const { reachableSinceMs, breaker } = sight;
  const kinds: readonly TroubleKind[] = ['breaker_open', 'no_leader', 'database_read_only'];
  if (reachableSinceMs === null) return { readings: [], unclear: [...kinds, 'detection_blind'] };
  const about = { subject: WHOLE_FESTIVAL, state: 'wrong' } as const;
  const readings: Reading[] = [];
  if (sight.readOnly) readings.push({ kind: 'database_read_only', ...about, sinceMs: sight.readOnly.sinceMs });
  if (sight.stopped) return { readings, unclear: [] };

  if (breaker.state !== 'closed') {
    const error = breaker.lastErrors[0]?.message.slice(0, ERROR_LENGTH) ?? '';
    // Half open is a try: nobody knows yet.
    const state = breaker.state === 'open' ? 'wrong' : 'unclear';
    readings.push({ kind: 'breaker_open', subject: WHOLE_FESTIVAL, state, facts: { error } });
  }
  // Closed because nothing was tried yet: what was open before a restart or a take-over is over when a cycle has succeeded.
  else if (!breaker.hasWorked) readings.push({ kind: 'breaker_open', subject: WHOLE_FESTIVAL, state: 'unclear' });
  // What was so while this laptop could not know of it does not count.
  if (sight.idleSinceMs !== null) {
    readings.push({ kind: 'no_leader', ...about, sinceMs: Math.max(sight.idleSinceMs, reachableSinceMs) });
  }
  const blindSinceMs = Math.max(sight.canaryMs, reachableSinceMs);
  if (sight.nowMs - blindSinceMs > CANARY_LATE_MS) {
    readings.push({
      ...{ kind: 'detection_blind', ...about, sinceMs: blindSinceMs },
      facts: { why: breaker.state === 'open' ? 'breaker' : sight.idleSinceMs === null ? 'engine' : 'nobody' },
    });
  } else if (sight.noCanaryCame || sight.canaryMs < reachableSinceMs) {
    // Not late yet, and not there either: what was blind before a restart or a break sees only when one has come.
    readings.push({ kind: 'detection_blind', subject: WHOLE_FESTIVAL, state: 'unclear' });
  }
  // Both are asked for in one look.
  return { readings, unclear: sight.readOnly === null ? ['database_read_only', 'no_leader'] : [] };
};
