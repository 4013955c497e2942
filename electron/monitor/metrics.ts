import { HEALTH_STATUSES } from '../../shared/contract/overview.ts';
import { engineStatusSchema } from '../../shared/contract/status.ts';
import { TROUBLE_KINDS } from '../../shared/domain/troubles.ts';
import type { Reading } from './reading.ts';
import { verdictOf } from './verdict.ts';

type Sample = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };
type Kind = 'gauge' | 'counter' | 'info';

/** One series of `/metrics`, by the name under which Prometheus has it. */
export type Series = {
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  /** Empty while nothing is known: a figure that nobody has is not zero. */
  readonly samples: readonly Sample[];
};

/** What the server itself has counted, by status. */
export type Answered = Readonly<Record<string, number>>;

const ENGINE_STATES = engineStatusSchema.shape.state.options;
const BREAKER_STATES = engineStatusSchema.shape.breaker.shape.state.options;

const one = (value: number | boolean | null): readonly Sample[] => (value === null ? [] : [{ value: Number(value) }]);
const seconds = (milliseconds: number | null): readonly Sample[] =>
  one(milliseconds === null ? null : Math.round(milliseconds) / 1_000);
const instant = (iso: string | null | undefined): readonly Sample[] => seconds(iso ? Date.parse(iso) : null);
const states = <State extends string>(label: string, all: readonly State[], now: State): readonly Sample[] =>
  all.map((state) => ({ labels: { [label]: state }, value: Number(state === now) }));

const gauge = (name: string, help: string, samples: readonly Sample[]): Series => ({
  ...{ name: `regie_${name}`, kind: 'gauge', help, samples },
});
const counter = (name: string, help: string, samples: readonly Sample[]): Series => ({
  ...{ name: `regie_${name}_total`, kind: 'counter', help, samples },
});

/** Every series. Times are instants, never ages: whoever asks knows what time it is there. */
export const seriesOf = (reading: Reading, answered: Answered): readonly Series[] => [
  ...consoleSeries(reading, answered),
  ...detectionSeries(reading),
  ...festivalSeries(reading),
];

const consoleSeries = (reading: Reading, answered: Answered): readonly Series[] => {
  const { status, heartbeat } = reading;
  const { link } = status;
  return [
    {
      ...{ name: 'regie_build_info', kind: 'info', help: 'The version of Regie.' },
      samples: [{ labels: { version: reading.version }, value: 1 }],
    },
    gauge('start_timestamp_seconds', 'When this console was started.', seconds(reading.startedAt)),
    gauge('ready', 'Whether a canary was displayed lately and the copy is fresh.', one(verdictOf(reading).ready)),
    gauge('page_in_view', 'Whether a page of this console can be looked at.', one(reading.inView)),
    gauge(
      'database_up',
      'Whether the database of the festival answers.',
      one(link.state === 'online' || link.state === 'degraded'),
    ),
    gauge('database_round_trip_seconds', 'Of the last answered probe.', seconds(link.roundTripMs)),
    gauge(
      'clock_offset_seconds',
      'The clock of the database minus that of this laptop.',
      seconds(status.clockOffsetMs),
    ),
    gauge('copy_timestamp_seconds', 'When the copy of the alerts was last fresh.', seconds(reading.copiedAt)),
    gauge('outbox_waiting', 'Actions that the database has not confirmed.', one(status.waiting)),
    gauge('outbox_undecided', 'Conflicts and rejections that somebody has to decide.', one(status.undecided)),
    gauge('disk_full', 'Whether actions are refused for want of room.', one(status.disk.full)),
    gauge('audit_trail_lost', 'Whether the audit trail is not the one seen before.', one(status.auditLostAt !== null)),
    gauge(
      'heartbeat_sent_timestamp_seconds',
      'When the last outward heartbeat was received.',
      seconds(heartbeat?.sentAt ?? null),
    ),
    counter(
      'http_answers',
      'Answers to watchers from outside.',
      Object.entries(answered).map(([code, value]) => ({ labels: { code }, value })),
    ),
  ];
};

const detectionSeries = ({ status, troubles }: Reading): readonly Series[] => {
  const { engine, canary } = status;
  return [
    gauge('engine_state', 'What the engine of this laptop does.', states('state', ENGINE_STATES, engine.state)),
    gauge('leader_known', 'Whether any laptop runs the engine, as far as this one knows.', one(engine.leader !== null)),
    gauge('engine_cycle_timestamp_seconds', 'When the engine here last ended a cycle.', instant(engine.lastCycleAt)),
    gauge('engine_cycle_seconds', 'How long that cycle took.', seconds(engine.lastCycleMs)),
    counter('engine_cycles', 'Cycles of the engine here.', one(engine.cycles)),
    counter('engine_skipped_cycles', 'Cycles that came too late and were left out.', one(engine.skippedCycles)),
    gauge(
      'breaker_state',
      'The circuit breaker, wherever the engine runs.',
      states('state', BREAKER_STATES, engine.breaker.state),
    ),
    gauge('monitoring_stopped', 'Whether somebody has stopped monitoring.', one(status.stopped !== null)),
    gauge(
      'canary_displayed_timestamp_seconds',
      'When a canary was last displayed here, by the clock of the database.',
      instant(canary.lastDisplayedAt),
    ),
    gauge('blind', 'Whether no canary reaches the page that is in view.', one(canary.blindSince !== null)),
    gauge(
      'troubles',
      'What this laptop has found wrong with Regie and is not over, by kind.',
      TROUBLE_KINDS.map((kind) => ({ labels: { kind }, value: troubles.filter((one) => one === kind).length })),
    ),
    gauge('other_laptops_blind', 'Other laptops that no canary reaches.', one(canary.others.length)),
  ];
};

const festivalSeries = ({ snapshot, pulse }: Reading): readonly Series[] => [
  gauge('pulse_timestamp_seconds', 'When the figures of the festival were read.', instant(pulse?.at)),
  gauge('open_criticals', 'CRITICAL events that are open.', one(pulse?.openCritical ?? null)),
  gauge('transactions_per_minute', 'Over the last five minutes.', one(pulse?.perMinute ?? null)),
  gauge('transactions_recent', 'In the last quarter of an hour.', one(pulse?.recent.total ?? null)),
  gauge('transactions_recent_failed', 'Of those, the failed ones.', one(pulse?.recent.failed ?? null)),
  gauge('snapshot_timestamp_seconds', 'When health was last measured.', instant(snapshot?.at)),
  gauge(
    'health_status',
    'What that measurement said.',
    snapshot === null ? [] : states('status', HEALTH_STATUSES, snapshot.status),
  ),
  gauge('detection_seconds', 'The 95th percentile of the cycles of the hour.', seconds(snapshot?.detectionMs ?? null)),
];

/** `openmetrics` where the watcher asks for it, else the older text format, which knows fewer kinds. */
export type Format = 'openmetrics' | 'text';
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
};

/** The series as Prometheus reads them. */
export const formatMetrics = (series: readonly Series[], format: Format): string =>
  [...series.filter(({ samples }) => samples.length > 0).flatMap(format === 'openmetrics' ? openMetrics : plainText)]
    .concat(format === 'openmetrics' ? ['# EOF', ''] : [''])
    .join('\n');

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const lineOf = (name: string, { labels = {}, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
};

const openMetrics = ({ name, kind, help, samples }: Series): string[] => {
  const family = name.replace(kind === 'info' ? /_info$/ : kind === 'counter' ? /_total$/ : /$^/, '');
  return [`# TYPE ${family} ${kind}`, `# HELP ${family} ${help}`, ...samples.map((sample) => lineOf(name, sample))];
};
const plainText = ({ name, kind, help, samples }: Series): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${kind === 'counter' ? 'counter' : 'gauge'}`,
  ...samples.map((sample) => lineOf(name, sample)),
];
