import { z } from 'zod';
import { wordsSchema } from '../domain/primitives.ts';
import { STAFF, SUPERVISORS, TECHNICAL } from '../domain/rights.ts';
import { command, live, local, nothing } from './declare.ts';

const onMonitoring = { keys: () => ['monitoring'] };

export const monitoringCalls = {
  /** Stops the detection of the whole festival, on every laptop, until somebody restarts it. */
  'monitoring.stop': command({ input: { reason: wordsSchema }, roles: TECHNICAL, ...onMonitoring }),
  /** Whoever is on duty may restart what was stopped; stopping is the technical lead's. */
  'monitoring.restart': command({ input: {}, roles: STAFF, ...onMonitoring }),
  /**
   * A log whose oldest rows are gone, or that was emptied, says less than the cards have seen: what those rows came to is
   * what had been read of them ('read'), or what is in the log now is the whole history ('log').
   */
  'monitoring.startOver': command({
    input: { basis: z.enum(['read', 'log']), reason: wordsSchema },
    roles: SUPERVISORS,
    ...onMonitoring,
  }),
  /** Copies monitoring_events before somebody corrects them by hand. */
  'events.backup': command({ input: {}, roles: TECHNICAL, keys: () => ['events'] }),

  'engine.runCycle': live({
    input: nothing,
    output: z.object({ durationMs: z.number(), findings: z.int() }),
    roles: STAFF,
  }),
  'engine.resetBreaker': live({ input: nothing, output: nothing, roles: TECHNICAL }),
  /** Recomputes the ledger from the whole log and repairs it where they differ (docs/detection.md, "Recompute"). */
  'engine.recompute': live({
    input: nothing,
    output: z.object({ cards: z.int(), drifted: z.int(), durationMs: z.number() }),
    roles: TECHNICAL,
  }),
  /** Stops and resumes the reading of what happened before (catch-up). */
  'engine.pauseCatchUp': local({
    input: z.strictObject({ paused: z.boolean() }),
    output: nothing,
    roles: TECHNICAL,
  }),
} as const;
