import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { RegieError } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { EnrolledLaptop } from '../../shared/contract/laptops.ts';
import type { BufferFinding } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { FestivalSettings } from '../../shared/domain/festival-settings.ts';
import type { Buffer } from '../buffer/buffer.ts';
import type { Config } from '../config.ts';
import type { AgeKey } from '../lib/age-key.ts';
import type { Log } from '../lib/log.ts';
import type { EnrolledAs } from '../operations/laptops/laptops.ts';
import type { KnownOperator } from '../operations/operators/operators.ts';
import type { Signatory } from '../operations/operators/signed.ts';
import type { RunbookLibrary } from '../operations/runbooks/runbook-library.ts';
import type { Watched } from '../session/screens.ts';

/** What a site is opened with. */
export type SiteOptions = {
  /** Null: the festival could not be opened, and `failure` says why. What this laptop has of it is shown all the same. */
  settings: ConnectionSettings | null;
  failure: RegieError | null;
  laptop: string;
  /** IANA zone of this laptop, for a festival that has none. */
  timeZone: string;
  /** Who is signed in on it. */
  operator: () => string | null;
  /** What it is enrolled as; undefined where it is not, or was ended. */
  enrolledAs: () => EnrolledAs | undefined;
  /** Whether they are signed in on it. */
  isSignedIn: (name: string) => boolean;
  /** With what they sign; null while they are not. */
  signatoryOf: (name: string) => Signatory | null;
  /** Since when a page of this laptop is in view; null while none is. */
  watched: () => Watched | null;
  /** Operators were made or changed. */
  onOperators: (operators: readonly KnownOperator[]) => void;
  /** Laptops were enrolled or ended. */
  onLaptops: (laptops: readonly EnrolledLaptop[]) => void;
  /** What holds for the whole festival has changed. */
  onFestivalSettings: (settings: FestivalSettings) => void;
  intervals: Config['intervals'];
  /** The training festival: whatever becomes of it, nobody has lost anything. */
  training: boolean;
  /** The database has lost what this laptop knew: everything is to be opened and read anew. */
  onSetBack: () => void;
  /** Where this laptop's files are; null: in memory. */
  folder: string | null;
  /** The laptop's copy of the festival. */
  mirror: Buffer;
  /** What its operators did. */
  outbox: Buffer;
  runbooks: RunbookLibrary;
  /** Where backups of the festival's database are written that this laptop makes. */
  backupFolder: string;
  /** Where the data of the reports is kept that this laptop has made. */
  reportFolder: string;
  ageKey: AgeKey;
  /** Damaged files that are not acknowledged yet. */
  findings: () => readonly BufferFinding[];
  /** What of the data directory other users of this machine can read, although it was to be closed. */
  openEntries: readonly string[];
  clock: Clock;
  /** By how much this laptop's own clock was set meanwhile, in milliseconds. */
  clockSetByMs: () => number;
  /** 0 ≤ random() < 1, for the jitter of reconnects. */
  random: () => number;
  log: Log;
  publish: (event: RegieEvent) => void;
};
