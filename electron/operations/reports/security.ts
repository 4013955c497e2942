import { z } from 'zod';
import type { DoctorFinding } from '../../../shared/contract/connection.ts';
import type { ReportHead, SecurityReport } from '../../../shared/domain/report.ts';
import { firstOf } from '../../../shared/domain/report-parts.ts';
import { securityRecommendations } from '../../../shared/domain/report-recommendations.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { countColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { verifyAudit } from '../audit/audit-chain.ts';
import { MOST_ROWS, type Stretch } from './stretch.ts';

const operatorRow = z.object({
  name: z.string(),
  role: z.string(),
  active: z.boolean(),
  created_by: z.string(),
  changed_at: instantColumn,
  changed_by: z.string(),
  pin_at: instantColumn,
  failures: z.int().min(0),
  locked_until: instantColumn.nullable(),
  sign_ins: countColumn,
});

/** Who may sign in, and how often they did. */
const readOperators = async (tx: Transaction, { from, to }: Stretch) => {
  const rows = await tx.fittingRows(
    operatorRow,
    sql`/* regie:report */
      select o.name, o.role, o.active, o.created_by, o.changed_at, o.changed_by, o.pin_at, o.failures, o.locked_until,
        coalesce(s.count, 0) as sign_ins
      from console.operators o left join (
        select subject, count(*) from console.audit
        where action = 'signed_in' and at >= ${from}::timestamptz and at < ${to}::timestamptz
        group by 1) as s on s.subject = 'operator:' || o.name
      order by o.active desc, array_position(array['supervisor', 'technician', 'operator', 'viewer'], o.role), o.name`,
    { name: 'operators', id: 'name' },
  );
  return firstOf(
    rows.map(({ created_by, changed_at, changed_by, pin_at, locked_until, sign_ins, ...row }) => ({
      ...{ ...row, createdBy: created_by, changedAt: changed_at, changedBy: changed_by, pinAt: pin_at },
      ...{ lockedUntil: locked_until, signIns: sign_ins },
    })),
    MOST_ROWS,
  );
};

const laptopRow = z.object({
  name: z.string(),
  enrolled_at: instantColumn,
  enrolled_by: z.string().nullable(),
  last_seen: instantColumn.nullable(),
  ended_at: instantColumn.nullable(),
});

const readLaptops = async (tx: Transaction) => {
  const rows = await tx.rows(
    laptopRow,
    sql`/* regie:report */
      select name, enrolled_at, enrolled_by, last_seen, ended_at from console.enrolled_laptops
      order by ended_at is not null, name, enrolled_at`,
  );
  return firstOf(
    rows.map(({ enrolled_at, enrolled_by, last_seen, ended_at, name }) => ({
      ...{ name, enrolledAt: enrolled_at, enrolledBy: enrolled_by, lastSeen: last_seen, endedAt: ended_at },
    })),
    MOST_ROWS,
  );
};

const loginRow = z.object({ login: z.string(), why: z.string() });

/** Logins that reach Regie's tables, and by what. */
const readLogins = (tx: Transaction) =>
  tx.rows(
    loginRow,
    sql`/* regie:report */
      select r.rolname as login, case when r.rolsuper then 'superuser'
          when pg_has_role(r.oid, 'regie_owner', 'member') then 'regie_owner'
          when pg_has_role(r.oid, 'regie_console', 'member') then 'regie_console'
          else 'schema console' end as why
      from pg_catalog.pg_roles r
      where r.rolcanlogin and (r.rolsuper or has_schema_privilege(r.oid, 'console', 'usage'))
      order by 2 desc, 1`,
  );

const refusedRow = z.object({
  code: z.string(),
  command: z.string(),
  name: z.string(),
  count: countColumn,
  groups: countColumn,
  total: countColumn,
});

/** What was refused, and sign-ins that were locked: single wrong PINs are on no record. */
const readRefused = (tx: Transaction, { from, to }: Stretch) =>
  tx.rows(
    refusedRow,
    sql`/* regie:report */
      select coalesce(left(data ->> 'code', 100), action) as code,
        case when action = 'operator_locked' then 'sign in' else left(split_part(subject, ':', 2), 100) end as command,
        case when action = 'operator_locked' then left(split_part(subject, ':', 2), 100)
          else coalesce(left(data ->> 'operator', 100), actor) end as name, count(*), count(*) over () as groups,
        (sum(count(*)) over ())::bigint as total
      from console.audit
      where action in ('refused', 'operator_locked', 'test_code_wrong') and at >= ${from}::timestamptz and at < ${to}::timestamptz
      group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit ${MOST_ROWS}`,
  );

/** Actions that decide who may do what, or how much. */
const CHANGES = [
  ...['first_supervisor', 'operator_saved', 'supervisor_nominated', 'pin_changed', 'laptop_enrolled', 'laptop_ended'],
  ...[
    'laptop_invited',
    'festival_settings_changed',
    'retention_changed',
    'escalation_changed',
    'thresholds_changed',
    'channel_secrets_given',
  ],
  ...[
    'transaction_meaning_set',
    'history_started_over',
    'monitoring_stopped',
    'monitoring_restarted',
    'audit_accepted',
  ],
] as const;

const changeRow = z.object({
  at: instantColumn,
  action: z.string(),
  subject: z.string(),
  actor: z.string(),
  laptop: z.string(),
  changes: countColumn,
});

const readChanges = async (tx: Transaction, { from, to }: Stretch) => {
  const rows = await tx.rows(
    changeRow,
    sql`/* regie:report */
      select at, action, left(subject, 200) as subject, actor, laptop, count(*) over () as changes
      from console.audit
      where action = any (${[...CHANGES]}::text[]) and at >= ${from}::timestamptz and at < ${to}::timestamptz
      order by seq limit ${MOST_ROWS}`,
  );
  return firstOf(
    rows.map(({ changes: _, ...row }) => row),
    MOST_ROWS,
    rows[0]?.changes,
  );
};

/** The guide's monthly security review: who has access, what was refused, rights against what they should be, and the trail. */
export const readSecurity = async (
  tx: Transaction,
  stretch: Stretch,
  { head, doctor }: { head: ReportHead & { kind: 'security' }; doctor: readonly DoctorFinding[] },
): Promise<SecurityReport> => {
  const operators = await readOperators(tx, stretch);
  const laptops = await readLaptops(tx);
  const logins = firstOf(await readLogins(tx), MOST_ROWS);
  const refused = await readRefused(tx, stretch);
  const verdict = await verifyAudit({ read: (work) => work(tx) });
  const chain = verdict.ok
    ? { ok: true, rows: verdict.rows, seq: null, what: null }
    : { ok: false, rows: verdict.rows, seq: verdict.seq, what: verdict.what };
  const active = operators.rows.filter((row) => row.active);
  const facts = {
    head,
    figures: [
      { id: 'operators', value: active.length, unit: 'count', source: 'console.operators' },
      {
        ...{ id: 'supervisors', unit: 'count', source: 'console.operators' },
        value: active.filter(({ role }) => role === 'supervisor').length,
      },
      {
        ...{ id: 'wrong_pins', unit: 'count', source: 'console.operators.failures' },
        value: operators.rows.reduce((sum, { failures }) => sum + failures, 0),
      },
      {
        ...{ id: 'laptops', unit: 'count', source: 'console.enrolled_laptops' },
        value: laptops.rows.filter(({ endedAt }) => endedAt === null).length,
      },
      { id: 'logins', value: logins.rows.length + logins.left, unit: 'count', source: 'pg_roles' },
      {
        ...{ id: 'refused', unit: 'count', source: 'console.audit' },
        value: refused[0]?.total ?? 0,
      },
      { id: 'audit_rows', value: chain.rows, unit: 'count', source: 'console.audit' },
    ] satisfies SecurityReport['figures'],
    ...{ operators, laptops, logins },
    refused: firstOf(
      refused.map(({ groups: _, total: __, ...row }) => row),
      MOST_ROWS,
      refused[0]?.groups,
    ),
    changes: await readChanges(tx, stretch),
    doctor: doctor
      .filter(({ level }) => level === 'error' || level === 'warning')
      .map(({ code, level, params }) => ({ code, level, params: { ...params } })),
    chain,
  };
  return { ...facts, recommendations: securityRecommendations(facts) };
};
