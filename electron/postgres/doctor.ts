import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ConnectionSettings, DoctorFinding } from '../../shared/contract/connection.ts';
import { isLocalHost } from '../../shared/contract/database-address.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { explainConnectionError } from '../lib/postgres-errors.ts';
import { hostsOf } from './connection-settings.ts';
import { readFacts } from './doctor-facts.ts';
import { diagnose, finding } from './doctor-rules.ts';
import { detectPooler } from './pooler.ts';
import { readBuildSchema } from './schema-state.ts';
import { openSession, type Session } from './session.ts';
import { sql } from './sql.ts';

export type ExamineOptions = {
  clock: Clock;
  applicationName?: string;
  connectTimeoutMs?: number;
  signal?: AbortSignal;
};

/**
 * Examines a festival's database as the given login sees it, and says what is in the way of working with it. Writes
 * nothing. Never throws: what cannot be reached is a finding too. The sentences are in shared/i18n/doctor.ts.
 */
export const examine = (settings: ConnectionSettings, options: ExamineOptions): Promise<DoctorFinding[]> =>
  examineBy(settings, options, async (session) => diagnose(await readFacts(session), readBuildSchema()));

/** The same, with other eyes for what the database itself says: how it is reached stands before what `judge` finds. */
export const examineBy = async (
  settings: ConnectionSettings,
  options: ExamineOptions,
  judge: (session: Session) => Promise<readonly DoctorFinding[]>,
): Promise<DoctorFinding[]> => {
  const { clock, applicationName = 'regie/doctor', ...limits } = options;
  const open = () => openSession({ settings, applicationName, ...limits });
  let session: Session;
  try {
    session = await open();
  } catch (error) {
    const refused = explainConnectionError(error, settings);
    return settings.port === POOLER_PORT
      ? [refused, finding('pooler_port', 'warning', { port: String(POOLER_PORT) })]
      : [refused];
  }
  try {
    const clockFinding = await compareClocks(session, clock);
    const pooler = diagnosePooler(await detectPooler(session, open));
    return [...diagnoseTransport(settings, clock.now()), ...pooler, clockFinding, ...(await judge(session))];
  } catch (error) {
    return [explainConnectionError(error, settings)];
  } finally {
    session.destroy();
  }
};

/** Supabase's pooler in transaction mode (docs/festival-schema.md, "Hosting"). */
const POOLER_PORT = 6543;

/** So long before its root certificate expires somebody should see to it. */
const CA_WARNING_MS = 30 * 86_400_000;

/** When a root certificate expires that is not the system's; null where nobody can say. */
const caExpiry = ({ caFile }: ConnectionSettings): Date | null => {
  if (caFile === undefined) return null;
  try {
    return new X509Certificate(readFileSync(caFile)).validToDate;
  } catch {
    return null;
  }
};

const diagnoseTransport = (settings: ConnectionSettings, now: number): DoctorFinding[] => {
  if (settings.tls === 'verify') {
    const expiry = caExpiry(settings);
    if (expiry === null) return [finding('tls_verified', 'ok')];
    const level = expiry.getTime() - now < CA_WARNING_MS ? 'warning' : 'info';
    return [
      finding('tls_verified', 'ok'),
      finding('ca_expires', level, { expires: expiry.toISOString().slice(0, 10) }),
    ];
  }
  if (settings.tls === 'encrypt') return [finding('tls_not_verified', 'warning')];
  return hostsOf(settings).every(({ host }) => isLocalHost(host)) ? [] : [finding('tls_off', 'warning')];
};

const diagnosePooler = (pooler: Awaited<ReturnType<typeof detectPooler>>): DoctorFinding[] => {
  switch (pooler) {
    case 'none':
      return [];
    case 'session':
      return [finding('pooler_session', 'info')];
    case 'transaction':
      return [finding('pooler_transaction', 'error')];
  }
};

/** A laptop clock that is off by more than this is shown (docs/detection.md, "Reading the log"). */
const CLOCK_TOLERANCE_MS = 5_000;

const compareClocks = async (session: Session, clock: Clock): Promise<DoctorFinding> => {
  const sentAt = clock.now();
  const started = clock.monotonic();
  const { now_ms: databaseMs } = await session.row(
    z.object({ now_ms: z.number() }),
    sql`/* regie:doctor */ select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`,
  );
  const roundTripMs = clock.monotonic() - started;
  const offsetMs = databaseMs - (sentAt + roundTripMs / 2);
  const params = { seconds: Math.round(Math.abs(offsetMs) / 1_000), roundTripMs: Math.round(roundTripMs) };
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) return finding('clock_agrees', 'ok', params);
  return finding(offsetMs > 0 ? 'clock_behind' : 'clock_ahead', 'warning', params);
};
