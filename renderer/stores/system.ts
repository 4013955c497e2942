import { create } from 'zustand';
import type { Session } from '../../shared/contract/session.ts';
import type { SystemStatus } from '../../shared/contract/status.ts';
import type { TrainingStatus } from '../../shared/contract/training.ts';
import { type Connection, call } from '../bridge.ts';
import { setClock } from '../clock.ts';

type System = {
  connection: Connection;
  session: Session | null;
  status: SystemStatus | null;
  training: TrainingStatus | null;
  /** The newest canary of our own, and when it came. */
  canary: { readonly probeId: number; readonly at: string } | null;
  /** How far the backtest that runs has come. */
  backtest: { readonly done: number; readonly total: number } | null;
};

/** The laptop, the link, the engine and the training festival as the core pushed them last. */
export const useSystem = create<System>()(() => ({
  connection: 'connecting',
  session: null,
  status: null,
  training: null,
  canary: null,
  backtest: null,
}));

useSystem.subscribe(({ session, status }) =>
  setClock({ offsetMs: status?.clockOffsetMs ?? 0, zone: session?.timeZone }),
);

/** Asks the core for everything at once: at the start, and after the connection was lost. */
export const loadSystem = async (): Promise<void> => {
  const [session, status, training] = await Promise.all([
    call('session.get', {}),
    call('status.get', {}),
    call('training.get', {}),
  ]);
  if (session.ok) useSystem.setState({ session: session.value });
  if (status.ok) useSystem.setState({ status: status.value });
  if (training.ok) useSystem.setState({ training: training.value });
};
