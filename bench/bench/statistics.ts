import { readFileSync, statSync } from 'node:fs';
import type pg from 'pg';
import { z } from 'zod';

/** The smallest value that at least this share of the values does not exceed. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const countRow = z.object({ count: z.coerce.number() });

/** Sequential scans of the transaction log so far. Sessions report when they end, or a second later. */
export const seqScans = async (admin: pg.Client): Promise<number> => {
  const { rows } = await admin.query(
    `select seq_scan as count from pg_stat_user_tables where relid = 'public.app_transaction_log'::regclass`,
  );
  return countRow.parse(rows[0]).count;
};

export const resetStatements = (admin: pg.Client) => admin.query('select pg_stat_statements_reset()');

const statementsRow = z.object({ buffers: z.coerce.number(), calls: z.coerce.number(), ms: z.coerce.number() });

/**
 * What the console's login had done since the reset, in statements that name a table.
 */
export const consoleStatements = async (admin: pg.Client, table = ''): Promise<z.output<typeof statementsRow>> => {
  const { rows } = await admin.query(
    `select coalesce(sum(shared_blks_hit + shared_blks_read), 0) as buffers, coalesce(sum(calls), 0) as calls,
       coalesce(sum(total_exec_time), 0) as ms
     from pg_stat_statements s join pg_roles r on r.oid = s.userid
     where r.rolname = 'regie' and strpos(query, $1) > 0`,
    [table],
  );
  return statementsRow.parse(rows[0]);
};

const dearRow = z.object({
  text: z.string(),
  calls: z.coerce.number(),
  ms: z.coerce.number(),
  buffers: z.coerce.number(),
});
/** The beginning of a statement, and what it took in one round. */
export type DearStatement = z.output<typeof dearRow>;

/** The console's dearest statements since the reset, shared out over the rounds. */
export const dearestStatements = async (admin: pg.Client, rounds: number): Promise<DearStatement[]> => {
  const { rows } = await admin.query(
    `select left(regexp_replace(query, '\\s+', ' ', 'g'), 70) as text, sum(calls) / $1::float8 as calls,
       sum(total_exec_time) / $1::float8 as ms, sum(shared_blks_hit + shared_blks_read) / $1::float8 as buffers
     from pg_stat_statements s join pg_roles r on r.oid = s.userid
     where r.rolname = 'regie' group by 1 order by ms desc limit 8`,
    [rounds],
  );
  return z.array(dearRow).parse(rows);
};

const findingRow = z.object({ algorithm: z.string(), count: z.coerce.number() });

/** What the engine has found so far, by detector. */
export const findingsSoFar = async (admin: pg.Client): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await admin.query('select algorithm, count(*) from console.findings group by 1 order by 1');
  return Object.fromEntries(
    z
      .array(findingRow)
      .parse(rows)
      .map(({ algorithm, count }) => [algorithm, count]),
  );
};

/** How one statement reached the transaction log, as it was executed. */
export type LogAccess = {
  readonly purpose: string;
  /** Such as `Index Scan app_transaction_log_pkey`. */
  readonly by: string;
  readonly rows: number;
  readonly buffers: number;
};

/**
 * Runs work with every plan logged by the server (auto_explain), and gives back each way in which the console reached
 * the transaction log. Real plans with real parameters; a plan made afterwards would have neither.
 */
export const logAccesses = async (
  server: { admin: pg.Client; logFile: string },
  work: () => Promise<unknown>,
): Promise<LogAccess[]> => {
  const { admin } = server;
  const from = statSync(server.logFile).size;
  for (const [name, value] of Object.entries(EXPLAIN_ALL)) await admin.query(`alter system set ${name} = ${value}`);
  await admin.query('select pg_reload_conf()');
  try {
    // Every session takes up the new settings with its next statement, which the postmaster has to pass on first.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await work();
  } finally {
    for (const name of Object.keys(EXPLAIN_ALL)) await admin.query(`alter system reset ${name}`);
    await admin.query(`alter system set auto_explain.log_min_duration = '-1'`);
    await admin.query('select pg_reload_conf()');
  }
  const text = readFileSync(server.logFile).subarray(from).toString('utf8');
  return text
    .split(/^(?=\S)/m)
    .filter((entry) => /duration: .* plan:/.test(entry))
    .map((entry) => loggedPlan.parse(JSON.parse(entry.slice(entry.indexOf('\n')))))
    .flatMap((entry) => {
      const purpose = /\/\* (regie:\w+)/.exec(entry['Query Text'])?.[1];
      return purpose === undefined ? [] : accessesOf(purpose, entry.Plan);
    });
};

const EXPLAIN_ALL: Readonly<Record<string, string>> = {
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': `'json'`,
};

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string | undefined;
  'Index Name'?: string | undefined;
  'Actual Rows'?: number | undefined;
  'Actual Loops'?: number | undefined;
  'Shared Hit Blocks'?: number | undefined;
  'Shared Read Blocks'?: number | undefined;
  Plans?: PlanNode[] | undefined;
};
const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number().optional(),
    'Actual Loops': z.number().optional(),
    'Shared Hit Blocks': z.number().optional(),
    'Shared Read Blocks': z.number().optional(),
    Plans: z.array(planNode).optional(),
  }),
);
const loggedPlan = z.object({ 'Query Text': z.string(), Plan: planNode });

const accessesOf = (purpose: string, node: PlanNode): LogAccess[] => {
  const below = (node.Plans ?? []).flatMap((child) => accessesOf(purpose, child));
  if (node['Relation Name'] !== 'app_transaction_log') return below;
  const index = node['Index Name'] ?? below.find(({ by }) => by.startsWith('Bitmap Index'))?.by ?? '';
  return [
    {
      purpose,
      by: `${node['Node Type']} ${index}`.trim(),
      rows: Math.round((node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1)),
      buffers: (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0),
    },
    ...below,
  ];
};
