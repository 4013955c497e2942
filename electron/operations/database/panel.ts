import {
  type CellKind,
  type Panel,
  type PanelId,
  type PanelLevel,
  type PanelNote,
  type PanelRow,
  type SessionTarget,
  worstLevel,
} from '../../../shared/domain/database-panel.ts';
import { withoutSecrets } from '../../../shared/domain/secret-text.ts';
import type { Transaction } from '../../postgres/pool.ts';
import type { Statement } from '../../postgres/sql.ts';
import type { Samples } from './samples.ts';

/** What this login may see of the server. */
export type Sight = {
  /** A member of pg_read_all_stats, or a superuser. */
  readonly seesAll: boolean;
  /** As an identifier in SQL. */
  readonly login: string;
  /** Sessions of other logins of which it sees no more than that they are there. */
  readonly hidden: number;
  /** By the database's clock. */
  readonly at: string;
};

/** What a panel has read, before its age and since when it is so are known. */
export type Reading = Omit<Panel, 'panel' | 'sql' | 'at' | 'since'>;

export type PanelSource = {
  readonly panel: PanelId;
  readonly statement: Statement;
  /** What is copied, where the statement itself is a function that says nothing. */
  readonly copy?: string;
  read(tx: Transaction, sight: Sight, samples: Samples): Promise<Reading>;
};

type Column = readonly [id: string, kind: CellKind];

/** A reading with what is the same in most of them. */
export const reading = (some: {
  level: PanelLevel;
  value?: number | null;
  kind?: CellKind;
  warning?: number;
  critical?: number;
  notes?: readonly PanelNote[];
  grant?: string | null;
  columns: readonly Column[];
  rows: readonly PanelRow[];
}): Reading => ({
  level: some.level,
  value: some.value ?? null,
  kind: some.kind ?? 'count',
  warning: some.warning ?? null,
  critical: some.critical ?? null,
  notes: [...(some.notes ?? [])],
  grant: some.grant ?? null,
  columns: some.columns.map(([id, kind]) => ({ id, kind })),
  rows: [...some.rows],
});

export const row = (cells: PanelRow['cells'], some: Partial<Omit<PanelRow, 'cells'>> = {}): PanelRow => ({
  cells: cells.map((cell) => (typeof cell === 'string' ? cell.slice(0, 600) : cell)),
  depth: 0,
  session: null,
  relation: null,
  ...some,
});

export const note = (code: string, params: PanelNote['params'] = {}): PanelNote => ({ code, params });

/** What an administrator runs so that this login sees all sessions. */
export const grantToSee = ({ login }: Sight): string => `grant pg_read_all_stats to ${login};`;

/**
 * What is hidden from this login is never taken for good: the panel says that there is more, and what an administrator
 * would grant.
 */
export const withHidden = (seen: Reading, hidden: number, sight: Sight): Reading =>
  hidden === 0
    ? seen
    : {
        ...seen,
        level: worstLevel([seen.level, 'unknown']),
        notes: [note('hidden', { count: hidden }), ...seen.notes],
        grant: grantToSee(sight),
      };

/** A statement of another session as it is shown: one line, without what looks like a secret. */
export const shownStatement = (query: string | null): string | null =>
  query === null ? null : withoutSecrets(query.replaceAll(/\s+/g, ' ').trim()).slice(0, 400);

/** By what a remedy finds a session; null where this login doesn't see enough of it. */
export const targetOf = (session: {
  pid: number;
  backend_start: string | null;
  fingerprint: string | null;
}): SessionTarget | null =>
  session.backend_start === null || session.fingerprint === null
    ? null
    : { pid: session.pid, backendStart: session.backend_start, fingerprint: session.fingerprint };
