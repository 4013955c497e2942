import type { EngineStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';

type State = EngineStatus['state'];

/** What the engine is doing, and since when. */
export type EngineState = {
  current(): State;
  /** ISO instant. */
  since(): string;
  become(next: State): void;
  /** The engine is closed: no listener is notified. */
  end(): void;
};

/** @param onBecome called each time, also when the state is the one it was */
export const createEngineState = (clock: Pick<Clock, 'now'>, onBecome: () => void): EngineState => {
  const instant = (): string => new Date(clock.now()).toISOString();
  let state: State = 'off';
  let since = instant();
  return {
    current: () => state,
    since: () => since,
    become: (next) => {
      if (next !== state) since = instant();
      state = next;
      onBecome();
    },
    end: () => {
      state = 'off';
    },
  };
};
