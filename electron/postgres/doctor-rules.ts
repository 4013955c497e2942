import type { DoctorFinding } from '../../shared/contract/connection.ts';
import type { DoctorCode } from '../../shared/i18n/doctor.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import {
  BACKUP_TABLE,
  CONSOLE_FUNCTIONS,
  GUARDED_TABLES,
  MONITORING_TABLES,
  OPTIONAL_TABLES,
  otherTypes,
  PARTLY_WRITTEN,
  REQUIRED_TABLES,
  SECRET_TABLES,
} from './festival-shape.ts';
import { type BuildSchema, namesOf, pendingOf, whyUnfit } from './schema-state.ts';

/** A finding whose code has a sentence in every language. */
export const finding = (
  code: DoctorCode,
  level: DoctorFinding['level'],
  params: DoctorFinding['params'] = {},
): DoctorFinding => ({ code, level, params });

/** Judges what the catalogue says. `build` is what this console would make of a database. */
export const diagnose = (facts: DoctorFacts, build: BuildSchema): DoctorFinding[] => {
  const tables = diagnoseTables(facts);
  const migrations = diagnoseMigrations(facts, build);
  // Rights on what is not there yet would only repeat the same trouble in other words.
  const prepared = migrations.every(({ code }) => code !== 'migrations_missing');
  return [
    ...diagnoseServer(facts),
    ...tables,
    ...migrations,
    ...(prepared ? diagnoseMissingRights(facts) : []),
    ...diagnoseExcessiveRights(facts),
    ...diagnoseRowSecurity(facts),
    ...(facts.behind.length > 0 ? [finding('sequences_behind', 'error', { statements: facts.behind.join('; ') })] : []),
    ...diagnoseLog(facts),
    ...diagnoseEarlierMonitoring(facts),
  ];
};

const list = (items: readonly string[]): string => items.join(', ');

/**
 * Judges a database before an administrator prepares it: whether it is a festival's, and fit for it. What preparing does
 * (tables, rights, policies, a login) is not amiss here, and neither are the rights of an administrator.
 */
export const diagnoseUnprepared = (facts: DoctorFacts, build: BuildSchema): DoctorFinding[] => [
  ...diagnoseServer({ ...facts, server: { ...facts.server, role_settings: [] } }),
  ...diagnoseTables(facts),
  ...diagnoseMigrations(facts, build).filter(
    ({ code }) => code !== 'migrations_missing' && code !== 'migrations_pending',
  ),
  ...diagnoseLog(facts),
  ...diagnoseEarlierMonitoring(facts),
];

const diagnoseServer = ({ server }: DoctorFacts): DoctorFinding[] => {
  const major = Math.floor(server.version_num / 10_000);
  const params = { version: server.version.split(' ', 1)[0] ?? server.version };
  return [
    major < 15
      ? finding('server_too_old', 'error', params)
      : major > 18
        ? finding('server_too_new', 'warning', params)
        : finding('server_version', 'ok', params),
    ...(server.replica ? [finding('server_is_replica', 'error')] : []),
    ...(server.role_settings.length > 0
      ? [finding('role_settings', 'warning', { role: server.role, settings: list(server.role_settings) })]
      : []),
    ...(server.read_only && !server.replica ? [finding('read_only', 'error', { role: server.role })] : []),
  ];
};

const publicTable = ({ tables }: DoctorFacts, name: string) =>
  tables.find((table) => table.schema === 'public' && table.name === name);

const diagnoseTables = (facts: DoctorFacts): DoctorFinding[] => {
  const missing = Object.keys(REQUIRED_TABLES).filter((name) => publicTable(facts, name) === undefined);
  const absent = OPTIONAL_TABLES.filter((name) => publicTable(facts, name) === undefined);
  const columnsOf = (name: string) => facts.columns.filter(({ table }) => table === name).map(({ column }) => column);
  const lacking = (kind: 'required' | 'optional') =>
    Object.entries(REQUIRED_TABLES)
      .filter(([name]) => !missing.includes(name))
      .flatMap(([name, shape]) => {
        const there = columnsOf(name);
        return shape[kind].filter((column) => !there.includes(column)).map((column) => `${name}.${column}`);
      });
  const required = lacking('required');
  const optional = lacking('optional');
  const types = Object.keys(REQUIRED_TABLES)
    .flatMap((name) =>
      otherTypes(
        name,
        Object.fromEntries(
          facts.columns.filter(({ table }) => table === name).map(({ column, type }) => [column, type]),
        ),
      ),
    )
    // Said by a sentence of its own.
    .filter((one) => !(one.startsWith('table_cards.amount:') && !one.includes(' numeric(')));
  const amount = facts.columns.find(({ table, column }) => table === 'table_cards' && column === 'amount');
  return [
    missing.length > 0
      ? finding('festival_tables_missing', 'error', { tables: list(missing) })
      : finding('festival_tables_found', 'ok'),
    ...(required.length > 0 ? [finding('festival_columns_missing', 'error', { columns: list(required) })] : []),
    ...(amount !== undefined && !amount.type.startsWith('numeric')
      ? [finding('amount_not_exact', 'error', { type: amount.type })]
      : []),
    ...(types.length > 0 ? [finding('column_types_differ', 'warning', { columns: list(types) })] : []),
    ...(optional.length > 0 ? [finding('festival_columns_optional', 'info', { columns: list(optional) })] : []),
    ...(missing.length === 0 && absent.length > 0
      ? [finding('festival_tables_optional', 'info', { tables: list(absent) })]
      : []),
  ];
};

const diagnoseMigrations = ({ schema, server }: DoctorFacts, build: BuildSchema): DoctorFinding[] => {
  if (schema === 'hidden') return [finding('migrations_hidden', 'error', { role: server.role })];
  if (schema === null || schema.migrations.length === 0) return [finding('migrations_missing', 'error')];
  const unfit = whyUnfit(build, schema);
  if (unfit !== undefined) return [finding(unfit, 'error')];
  const pending = namesOf(pendingOf(build, schema));
  return pending.length > 0
    ? [finding('migrations_pending', 'error', { migrations: list(pending) })]
    : [finding('migrations_applied', 'ok')];
};

const diagnoseMissingRights = (facts: DoctorFacts): DoctorFinding[] => {
  const { server } = facts;
  const missing: string[] = [];
  const need = (schema: string, name: string, rights: readonly string[]) => {
    const table = facts.tables.find((one) => one.schema === schema && one.name === name);
    const lacking = rights.filter((right) => table !== undefined && !table.rights.includes(right));
    if (lacking.length > 0) missing.push(`${lacking.join('/')} on ${schema}.${name}`);
  };
  const guarded: readonly string[] = GUARDED_TABLES;
  const secret: readonly string[] = SECRET_TABLES;
  for (const name of [...Object.keys(REQUIRED_TABLES), ...OPTIONAL_TABLES]) need('public', name, ['select']);
  for (const name of MONITORING_TABLES) need('public', name, ['select', 'insert', 'update']);
  if (server.console_exists && !server.console_usage) missing.push('usage on schema console');
  for (const { schema, name } of facts.tables) {
    if (schema !== 'console' || name === 'migrations' || secret.includes(name)) continue;
    const onlyRead = guarded.includes(name) || BACKUP_TABLE.test(name);
    const written = PARTLY_WRITTEN[name] ?? ['select', 'insert', 'update', 'delete'];
    need('console', name, onlyRead ? ['select'] : written);
  }
  const monitoring: readonly string[] = MONITORING_TABLES;
  for (const { schema, name, table, usable } of facts.sequences) {
    const ours = schema === 'console' ? table !== 'migrations' && !guarded.includes(table) : monitoring.includes(table);
    if (ours && !usable) missing.push(`usage on sequence ${schema}.${name}`);
  }
  const functions: readonly string[] = CONSOLE_FUNCTIONS;
  for (const { name, callable } of facts.functions) {
    if (functions.includes(name) && !callable) missing.push(`execute on ${name}`);
  }

  const ownerMissing: string[] = [];
  const ownerNeeds = { table_cards: ['select', 'update'], app_transaction_log: ['select', 'insert'] } as const;
  for (const [name, rights] of Object.entries(ownerNeeds)) {
    const table = publicTable(facts, name);
    const lacking = rights.filter((right) => table !== undefined && !table.owner_rights.includes(right));
    if (lacking.length > 0) ownerMissing.push(`${lacking.join('/')} on public.${name}`);
  }
  for (const { schema, name, table, usable_by_owner } of facts.sequences) {
    if (schema === 'public' && table === 'app_transaction_log' && !usable_by_owner) {
      ownerMissing.push(`usage on sequence ${schema}.${name}`);
    }
  }

  return [
    ...(missing.length === 0
      ? [finding('grants_found', 'ok', { role: server.role })]
      : [
          server.is_console
            ? finding('grants_missing', 'error', { role: server.role, grants: list(missing) })
            : finding('role_not_granted', 'error', { role: server.role, grants: list(missing) }),
        ]),
    ...(ownerMissing.length === 0 || !server.owner_role_exists
      ? []
      : [finding('correction_grants_missing', 'error', { grants: list(ownerMissing) })]),
  ];
};

const diagnoseExcessiveRights = (facts: DoctorFacts): DoctorFinding[] => {
  const { server } = facts;
  if (server.superuser) return [finding('rights_superuser', 'warning', { role: server.role })];
  const excessive: string[] = [];
  const festival: readonly string[] = [...Object.keys(REQUIRED_TABLES), ...OPTIONAL_TABLES];
  const guarded: readonly string[] = GUARDED_TABLES;
  const owned = facts.tables.filter(
    ({ schema, name, owned: mine }) => mine && (schema === 'console' || festival.includes(name)),
  );
  for (const { schema, name, rights, owned: mine } of facts.tables) {
    const ours = schema === 'console' && [...guarded, ...SECRET_TABLES].includes(name);
    if (mine || !(ours || (schema === 'public' && festival.includes(name)))) continue;
    const secret: readonly string[] = SECRET_TABLES;
    const extra = rights.filter((right) => right !== 'select' || (ours && secret.includes(name)));
    if (extra.length > 0) excessive.push(`${extra.join('/')} on ${schema}.${name}`);
  }
  if (server.public_create) excessive.push('create on schema public');
  if (server.console_create) excessive.push('create on schema console');
  if (server.create_role) excessive.push('createrole');
  if (server.is_owner) excessive.push('membership in regie_owner');
  return [
    ...(owned.length > 0
      ? [
          finding('rights_owner', 'warning', {
            role: server.role,
            tables: list(owned.slice(0, 5).map(({ schema, name }) => `${schema}.${name}`)),
          }),
        ]
      : []),
    ...(excessive.length > 0
      ? [finding('rights_excessive', 'warning', { role: server.role, rights: list(excessive) })]
      : []),
  ];
};

const diagnoseRowSecurity = (facts: DoctorFacts): DoctorFinding[] => {
  const concerned = [...Object.keys(REQUIRED_TABLES), ...MONITORING_TABLES]
    .map((name) => publicTable(facts, name))
    .filter((table) => table !== undefined);
  const corrected = ['table_cards', 'app_transaction_log', 'monitoring_events', 'alert_history'];
  const hidden = concerned.filter(
    (table) => table.rls_active || (table.rls_active_for_owner && corrected.includes(table.name)),
  );
  const open = hidden.filter(({ open_policy }) => open_policy).map(({ name }) => name);
  const certain = hidden.filter(({ has_policy }) => !has_policy).map(({ name }) => name);
  const perhaps = hidden.filter((table) => table.has_policy && !table.open_policy).map(({ name }) => name);
  return [
    ...(open.length > 0 ? [finding('row_security_open', 'ok', { tables: list(open) })] : []),
    ...(certain.length > 0 ? [finding('row_security_hides', 'error', { tables: list(certain) })] : []),
    ...(perhaps.length > 0 ? [finding('row_security_may_hide', 'warning', { tables: list(perhaps) })] : []),
  ];
};

const MEBIBYTE = 1_048_576;

const diagnoseLog = (facts: DoctorFacts): DoctorFinding[] => {
  const log = publicTable(facts, 'app_transaction_log');
  if (log === undefined) return [];
  const scans = publicTable(facts, 'nfc_scan_log');
  const cards = publicTable(facts, 'table_cards');
  return [
    finding('sizes', 'info', {
      transactions: log.rows,
      transactionsMb: Math.round(log.bytes / MEBIBYTE),
      scans: scans?.rows ?? 0,
      scansMb: Math.round((scans?.bytes ?? 0) / MEBIBYTE),
      cards: cards?.rows ?? 0,
    }),
    ...(log.card_index ? [] : [finding('card_index_missing', 'warning')]),
  ];
};

/** The names that an existing deployment has (docs/festival-schema.md, "Monitoring tables"). */
const EARLIER = /^public\.(detect_\w+|run_monitoring_detection_cycle|create_monitoring_event)$/;

const diagnoseEarlierMonitoring = ({ functions }: DoctorFacts): DoctorFinding[] => {
  const found = functions.map(({ name }) => name).filter((name) => EARLIER.test(name));
  return found.length === 0
    ? []
    : [finding('earlier_monitoring', 'info', { functions: list([...new Set(found)].slice(0, 8)) })];
};
