import type { Log } from '../lib/log.ts';
import { isConnectionError, isLockedOut } from '../lib/postgres-errors.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { EngineState } from './engine-state.ts';
import { type Lease, LeaseLost, RENEW_MS } from './lease.ts';

/** Stands for the lease, beside the cycles: a long one must not cost it. */
export type LeaderLoop = {
  /** Attempts it now, and again and again. Attempts it at once when it is called in between. */
  stand(): Promise<void>;
  /** Another laptop has written first: asks who leads. */
  standDown(): Promise<void>;
  /** @throws LeaseLost when another laptop leads, or none may. */
  requireLease(): Promise<void>;
  /** Ends the attempts and waits for the one in progress. The lease itself stays. */
  close(): Promise<void>;
};

/**
 * @param options.signal aborted when the engine closes
 * @param options.onTakeOver this laptop leads from now on, after another one did or monitoring was stopped
 */
export const createLeaderLoop = (options: {
  lease: Lease;
  state: EngineState;
  signal: AbortSignal;
  onTakeOver: () => void;
  log: Pick<Log, 'info' | 'error'>;
}): LeaderLoop => {
  const { lease, state, signal, log } = options;
  let timer: NodeJS.Timeout | undefined;
  const hold = singleFlight(lease.hold);
  const withoutLease = (): 'standby' | 'stopped' => (lease.stopped() ? 'stopped' : 'standby');

  const attempt = async (): Promise<void> => {
    const led = lease.trusted();
    try {
      const leads = await hold();
      if (signal.aborted) return;
      if (!leads) return state.become(withoutLease());
      if (led) return;
      const before = state.current();
      if (before === 'standby' || before === 'stopped') options.onTakeOver();
      log.info('this laptop runs the engine', { term: lease.leader()?.term });
      if (before !== 'breaker_open') state.become('running');
    } catch (error) {
      if (signal.aborted) return;
      if (!isConnectionError(error) && !isLockedOut(error)) log.error('the lease could not be held', { error });
      if (!lease.trusted()) state.become('waiting');
    }
  };
  const stand = async (): Promise<void> => {
    clearTimeout(timer);
    await attempt();
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(() => void stand(), RENEW_MS);
  };

  return {
    stand,
    standDown: async () => {
      await hold().catch(() => undefined);
      state.become(withoutLease());
    },
    requireLease: async () => {
      if (lease.trusted() || (await hold())) return;
      if (lease.stopped()) state.become('stopped');
      throw new LeaseLost(`the engine runs on ${lease.leader()?.laptop}`);
    },
    close: async () => {
      clearTimeout(timer);
      await hold.settled();
    },
  };
};
