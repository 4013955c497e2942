import type { AlarmQuality } from '../../shared/contract/alarm-quality.ts';
import type { Answer } from '../../shared/contract/errors.ts';
import type { EnrolledLaptop } from '../../shared/contract/laptops.ts';
import type { SystemStatus } from '../../shared/contract/status.ts';
import type { FestivalSettings } from '../../shared/domain/festival-settings.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Cache } from '../buffer/cache.ts';
import type { DatabaseMemory } from '../buffer/known-database.ts';
import type { Outbox } from '../buffer/outbox.ts';
import type { CanaryWatch } from '../engine/canary-watch.ts';
import type { Engine } from '../engine/engine.ts';
import type { AuditWitness } from '../operations/audit/audit-witness.ts';
import type { Cards } from '../operations/cards/cards.ts';
import type { DatabaseWatch } from '../operations/database/database-watch.ts';
import type { SecretSettings } from '../operations/escalation/channel-secrets.ts';
import type { KnownOperator } from '../operations/operators/operators.ts';
import type { FestivalEvidence } from '../operations/runbooks/festival-evidence.ts';
import type { TroubleKeeper } from '../operations/troubles/trouble-keeper.ts';
import type { ChecklistBook } from '../outbox/checklist-book.ts';
import type { LogBook } from '../outbox/log-book.ts';
import type { Overlay } from '../outbox/overlay.ts';
import type { Sender } from '../outbox/sender.ts';
import type { Team } from '../outbox/team.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { Backtests } from './backtests.ts';
import type { DatabaseBackups } from './database-backups.ts';
import type { Presence } from './presence.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { Reports } from './reports.ts';

/** Everything that lives while one festival is open: link, engine, copies, commands. Another festival gets another one. */
export type Site = {
  readonly database: FestivalDatabase;
  /** Alerts as the screens show them: the laptop's copy with what waits on top. */
  readonly alerts: Overlay['view'];
  /** The alerts that this laptop alone has. */
  readonly troubles: Pick<TroubleKeeper, 'acknowledge' | 'unacknowledge' | 'open'>;
  /** Runs of runbooks that belong to no alert, in the same way. */
  readonly runs: Overlay['runs'];
  /** How good the alarms are, by this laptop's copy. */
  alarmQuality(): AlarmQuality;
  /** Intervals of the engine that the environment of this laptop sets; null where it sets none. */
  readonly environmentIntervals: { readonly criticalMs: number; readonly mediumMs: number } | null;
  /** How the database itself is. */
  readonly databaseWatch: Pick<DatabaseWatch, 'panels' | 'look'>;
  readonly festivalEvidence: FestivalEvidence;
  readonly cards: Cards;
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly engine: Engine;
  readonly sender: Sender;
  readonly canary: CanaryWatch;
  readonly witness: Pick<AuditWitness, 'seen' | 'lostAt' | 'adopt'>;
  /** What this laptop remembers of the database itself. */
  readonly memory: Pick<DatabaseMemory, 'markRead'>;
  /** With what messages are sent. */
  readonly channels: Pick<SecretSettings, 'read' | 'forget'>;
  readonly presence: Pick<Presence, 'show' | 'report'>;
  readonly team: Pick<Team, 'view' | 'flood'>;
  /** The incident log as this laptop has it, with what waits here. */
  readonly log: Pick<
    LogBook,
    'view' | 'unread' | 'older' | 'files' | 'fetchFile' | 'export' | 'followUps' | 'nextNumber'
  >;
  /** The checklists of the festival, with what waits here. */
  readonly checklists: Pick<ChecklistBook, 'view' | 'refresh'>;
  /** Judges recorded history again with other thresholds; one at a time, a new one cancels the one before. */
  readonly backtests: Backtests;
  /** Holds all corrections to the invariants; one at a time. */
  readonly reconciliation: Reconciliation;
  /** Backups of the festival's database that this laptop makes. */
  readonly backups: Omit<DatabaseBackups, 'makeIfDue' | 'close'>;
  /** Reports that this laptop makes, and has. */
  readonly reports: Omit<Reports, 'close'>;
  /** These events are on this laptop's screen for the first time. Lost while the festival does not answer. */
  displayed(eventIds: readonly RowId[]): Promise<void>;
  /** Who can sign in, as this laptop last heard; undefined before the festival has ever answered. */
  operators(): readonly KnownOperator[] | undefined;
  /** The laptops on which people may sign in, as this laptop last heard; undefined before the festival has ever answered. */
  laptops(): readonly EnrolledLaptop[] | undefined;
  /** What holds for the whole festival, as this laptop last heard. */
  settings(): FestivalSettings;
  /** Reads the operators afresh. */
  readOperators(): Promise<void>;
  /** Reads the enrolled laptops afresh. */
  readLaptops(): Promise<void>;
  /** Looks at the audit trail afresh. */
  readAudit(): Promise<void>;
  /** The status has changed by what was done here. */
  publishStatus(): void;
  status(): SystemStatus;
  /** Which festival this is, wherever its database is reached; undefined before the first connect. */
  festivalId(): string | undefined;
  /** The database's clock minus this laptop's, milliseconds; null: not measured yet. */
  clockOffsetMs(): number | null;
  /** When the copy of the alerts was last brought up to date, by this laptop's clock, milliseconds; null: not yet. */
  copiedAt(): number | null;
  /** Tries the festival's database at once. */
  retry(): void;
  /** Takes the password of the login in use, where the server has asked for one or refused the saved one. */
  enterPassword(password: string): Promise<Answer<Record<string, never>>>;
  /** Whether the festival's database answers and is set up. */
  reachable(): boolean;
  close(): Promise<void>;
};
