import { create } from 'zustand';
import type { Session, SystemStatus, TrainingStatus } from '../../shared/contract/status.ts';
import { type Connection, call } from '../bridge.ts';

type System = {
  connection: Connection;
  session: Session | null;
  status: SystemStatus | null;
  training: TrainingStatus | null;
  /** The newest probe of our own, and when it came (product.md, "A canary through the whole chain"). */
  canary: { readonly probeId: number; readonly at: string } | null;
  /** Counts changes of the outbox, so that whoever shows it asks again. */
  outboxRevision: number;
  /** Counts changes of the operators. */
  operatorsRevision: number;
  /** Counts changes of handovers. */
  handoverRevision: number;
  /** Counts changes of runbooks and of the runs that belong to no alert. */
  runbooksRevision: number;
  /** Counts changes of proposals. */
  proposalsRevision: number;
  /** How far the replay that runs has come. */
  replay: { readonly done: number; readonly total: number } | null;
};

/** The laptop, the link, the engine and the training festival as the core last told. */
export const useSystem = create<System>()(() => ({
  connection: 'connecting',
  session: null,
  status: null,
  training: null,
  canary: null,
  outboxRevision: 0,
  operatorsRevision: 0,
  handoverRevision: 0,
  runbooksRevision: 0,
  proposalsRevision: 0,
  replay: null,
}));

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

/** Milliseconds by the festival's clock. */
export const festivalNow = (): number => Date.now() + (useSystem.getState().status?.clockOffsetMs ?? 0);

/** Now by the festival's clock, as the contract writes instants. */
export const festivalInstant = (): string => new Date(festivalNow()).toISOString();
