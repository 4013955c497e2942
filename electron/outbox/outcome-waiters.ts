import type { CommandOutcome } from '../../shared/contract/outcome.ts';

/** Those who have submitted a command and wait, for a while, for what becomes of it. */
export type OutcomeWaiters = {
  /** The command's outcome, or `waiting` where none comes in time. */
  wait(operationId: string): Promise<CommandOutcome>;
  settle(operationId: string, outcome: CommandOutcome): void;
  /** Answers everybody with `waiting`. */
  close(): void;
};

export const createOutcomeWaiters = (timeoutMs: number): OutcomeWaiters => {
  const waiters = new Map<string, ((outcome: CommandOutcome) => void)[]>();
  const settle = (operationId: string, outcome: CommandOutcome): void => {
    for (const answer of waiters.get(operationId) ?? []) answer(outcome);
    waiters.delete(operationId);
  };
  return {
    wait: (operationId) =>
      new Promise((resolve) => {
        const answer = (outcome: CommandOutcome): void => {
          clearTimeout(timer);
          resolve(outcome);
        };
        const timer = setTimeout(() => {
          waiters.delete(operationId);
          resolve({ outcome: 'waiting' });
        }, timeoutMs);
        waiters.set(operationId, [...(waiters.get(operationId) ?? []), answer]);
      }),
    settle,
    close: () => {
      for (const operationId of [...waiters.keys()]) settle(operationId, { outcome: 'waiting' });
    },
  };
};
