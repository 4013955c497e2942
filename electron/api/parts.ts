import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { Answer } from '../../shared/contract/errors.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { UpdateChoice, Updates } from '../../shared/domain/update.ts';
import type { DrillRunner } from '../drills/index.ts';
import type { ForeignFiles } from '../foreign-files/foreign-files.ts';
import type { ConsoleLog } from '../lib/console-log.ts';
import type { OutsideView } from '../monitor/outside.ts';
import type { ChecklistLibrary } from '../operations/checklists/checklist-library.ts';
import type { RunbookLibrary } from '../operations/runbooks/runbook-library.ts';
import type { Auth } from '../session/auth.ts';
import type { ThisLaptop } from '../session/laptop.ts';
import type { Screen } from '../session/screens.ts';
import type { SessionStore } from '../session/store.ts';
import type { FestivalSetup } from '../site/festival-setup.ts';
import type { Site } from '../site/site.ts';
import type { TrainingFestival } from '../training/index.ts';

/** The desktop's side of the settings of this laptop. */
export type DesktopPort = {
  startsAtLogin(): boolean;
  setStartsAtLogin(on: boolean): void;
  readonly updates: {
    view(): Promise<Updates>;
    choose(choice: UpdateChoice): void;
    look(): Promise<void>;
    download(): Promise<void>;
    /** Asks whoever sits there, and ends this console where they agree and nothing stands against it. */
    install(): Promise<void>;
    /** Calls the listener after each change. */
    onChange(listener: () => void): void;
  };
};

/** What the handlers work with. */
export type Parts = {
  readonly session: SessionStore;
  readonly screen: Screen;
  readonly clock: Clock;
  readonly consoleLog: ConsoleLog;
  readonly runbooks: RunbookLibrary;
  readonly checklists: ChecklistLibrary;
  readonly foreignFiles: ForeignFiles;
  readonly festival: () => Site;
  readonly auth: Auth;
  readonly laptop: ThisLaptop;
  /** This laptop has another name from now on: the one under which it was enrolled. */
  rename(name: string): Promise<void>;
  readonly training: () => TrainingFestival | null;
  readonly drills: DrillRunner;
  readonly disk: { acknowledge(): void };
  /** What the system does for this program; undefined where it is none that is installed. */
  readonly desktop: DesktopPort | undefined;
  /** What those who watch from outside have. */
  readonly outside: Pick<OutsideView, 'view' | 'heartbeat'>;
  readonly connection: {
    /** The connection in use; null is the training festival. */
    get(): ConnectionSettings | null;
    /** Uses another one from now on; where it cannot be opened, the one in use stays. */
    use(settings: ConnectionSettings | null): Promise<Answer<{ kept: boolean }>>;
  };
  readonly setup: FestivalSetup;
};
