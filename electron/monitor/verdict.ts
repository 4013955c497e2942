import type { HealthStatus } from '../../shared/contract/overview.ts';
import { TROUBLE_KINDS, type TroubleKind, troubleRules } from '../../shared/domain/troubles.ts';
import type { Reading } from './reading.ts';

/** Why nobody may rely on this console now. */
export type NotReady =
  | 'festival_not_open'
  | 'database_unreachable'
  | 'copy_stale'
  | 'monitoring_stopped'
  | 'canary_not_displayed'
  | 'canary_late'
  | 'no_page_in_view';

/** What else is not as it should be. */
export type Problem =
  | NotReady
  | 'circuit_breaker_open'
  | 'no_leader'
  | 'audit_trail_lost'
  | 'disk_full'
  | 'other_laptops_blind'
  | 'actions_undecided'
  | 'snapshot_missing'
  | 'snapshot_old'
  | 'festival_warning'
  | 'festival_critical'
  | 'heartbeat_failing'
  | `trouble_${TroubleKind}`;

export type Verdict = {
  readonly ready: boolean;
  /** Empty when it is ready. */
  readonly reasons: readonly NotReady[];
  /** In the guide's words. */
  readonly status: HealthStatus;
  readonly problems: readonly Problem[];
};

/** A canary is planted every 15 s: two may be missed by bad luck (docs/detection.md, "Canary"). */
const CANARY_MS = 45_000;
/** Alerts are copied every second. */
const COPY_MS = 15_000;
/** A snapshot comes every five minutes. */
const SNAPSHOT_MS = 11 * 60_000;

const MILD: ReadonlySet<Problem> = new Set([
  'other_laptops_blind',
  'actions_undecided',
  'snapshot_missing',
  'snapshot_old',
  'festival_warning',
  'heartbeat_failing',
]);

const isMild = (problem: Problem): boolean =>
  MILD.has(problem) ||
  TROUBLE_KINDS.some((kind) => problem === `trouble_${kind}` && troubleRules(kind).severity !== 'CRITICAL');

/** Ready only where a canary was displayed lately and the copy is fresh: what nobody can see is not monitored. */
export const verdictOf = (reading: Reading): Verdict => {
  const reasons = reasonsOf(reading);
  const problems = [...reasons, ...otherProblems(reading)];
  return {
    ready: reasons.length === 0,
    reasons,
    status: problems.some((problem) => !isMild(problem)) ? 'CRITICAL' : problems.length > 0 ? 'WARNING' : 'HEALTHY',
    problems,
  };
};

const isOlder = (at: number | null, now: number, limitMs: number): boolean => at === null || now - at > limitMs;

const reasonsOf = ({ status, now, databaseNow, copiedAt, inView }: Reading): NotReady[] => {
  const { link, canary } = status;
  const reasons: NotReady[] = [];
  if (status.failure !== null) reasons.push('festival_not_open');
  else if (link.state === 'offline' || link.state === 'connecting') reasons.push('database_unreachable');
  else if (isOlder(copiedAt, now, COPY_MS)) reasons.push('copy_stale');
  if (status.stopped !== null) reasons.push('monitoring_stopped');
  if (canary.lastDisplayedAt === null) reasons.push('canary_not_displayed');
  else if (isOlder(Date.parse(canary.lastDisplayedAt), databaseNow, CANARY_MS)) reasons.push('canary_late');
  else return reasons;
  if (!inView) reasons.push('no_page_in_view');
  return reasons;
};

const otherProblems = ({ status, snapshot, databaseNow, heartbeat, troubles }: Reading): Problem[] => {
  const when = (problem: Problem, holds: boolean): Problem[] => (holds ? [problem] : []);
  return [
    ...when('circuit_breaker_open', status.engine.breaker.state !== 'closed'),
    ...when('no_leader', status.engine.leader === null),
    ...when('audit_trail_lost', status.auditLostAt !== null),
    ...when('disk_full', status.disk.full),
    ...when('other_laptops_blind', status.canary.others.length > 0),
    ...when('actions_undecided', status.undecided > 0),
    ...when('snapshot_missing', snapshot === null),
    ...when('snapshot_old', snapshot !== null && isOlder(Date.parse(snapshot.at), databaseNow, SNAPSHOT_MS)),
    ...when('festival_warning', snapshot?.status === 'WARNING'),
    ...when('festival_critical', snapshot?.status === 'CRITICAL'),
    ...when('heartbeat_failing', heartbeat?.failing === true),
    ...new Set(troubles.map((kind) => `trouble_${kind}` as const)),
  ];
};
