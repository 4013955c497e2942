import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { DrillRunner } from '../drills/index.ts';
import type { RunbookLibrary } from '../operations/runbooks/runbook-library.ts';
import type { People } from '../session/auth.ts';
import type { SessionStore } from '../session/store.ts';
import type { ConnectedFestival } from '../site/site.ts';
import type { TrainingFestival } from '../training/index.ts';

/** What the handlers work with. */
export type Parts = {
  readonly session: SessionStore;
  readonly clock: Clock;
  readonly runbooks: RunbookLibrary;
  readonly festival: () => ConnectedFestival;
  readonly people: People;
  readonly training: () => TrainingFestival | null;
  readonly drills: DrillRunner;
  readonly disk: { acknowledge(): void };
  readonly connection: {
    /** The connection in use; null is the training festival. */
    get(): ConnectionSettings | null;
    use(settings: ConnectionSettings | null): Promise<void>;
  };
};
