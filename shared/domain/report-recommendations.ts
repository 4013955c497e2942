import { urgentShare } from './alarm-quality.ts';
import type { CapacityReport, FestivalReport, Recommendation, SecurityReport } from './report.ts';

/** Of fewer, a share says nothing. */
const ENOUGH = 10;
/** The guide's own: a detection that takes more than five seconds is to be looked into. */
const SLOW_DETECTION_MS = 5_000;
/** The guide's normal success rate. */
const GOOD_SUCCESS = 99;
const MOST_NAMED = 5;

const percent = (share: number): number => Math.round(share * 1_000) / 10;

type Facts = Omit<FestivalReport, 'recommendations'>;

/** What follows from the figures of a festival, what is about money first. Each names the figures that it follows from. */
export const recommendationsOf = (facts: Facts): Recommendation[] => [
  ...ofMoney(facts),
  ...ofResponses(facts),
  ...ofDetection(facts),
  ...ofPlaces(facts),
  ...ofAlarms(facts),
];

const ofMoney = ({ money: { liabilities, orders }, corrections }: Facts): Recommendation[] => {
  const { differing, historyShrank, difference } = liabilities;
  const cards = differing.rows.length + differing.left;
  const reconciled = corrections.reconciled;
  return [
    ...(historyShrank ? [{ rule: 'history_shrank', params: {} }] : []),
    ...(cards > 0 ? [{ rule: 'cards_differ', params: { count: cards, amount: difference } }] : []),
    ...(orders !== null && orders.differing.rows.length > 0
      ? [
          {
            rule: 'orders_differ',
            params: { count: orders.differing.rows.length + orders.differing.left, amount: orders.difference },
          },
        ]
      : []),
    ...(liabilities.unreadable > 0 ? [{ rule: 'cards_unreadable', params: { count: liabilities.unreadable } }] : []),
    ...(reconciled !== null && !reconciled.ok
      ? [
          {
            rule: 'not_reconciled',
            params: {
              count: reconciled.broken.reduce((sum, { count }) => sum + count, 0),
              names: reconciled.broken.map(({ invariant }) => invariant).join(', '),
            },
          },
        ]
      : []),
  ];
};

const ofResponses = ({ responses, escalations, detection }: Facts): Recommendation[] => {
  const late = responses.filter(
    ({ alerts, late: some, unanswered }) => alerts > 0 && (some + unanswered) / alerts > 0.1,
  );
  const notSent = escalations.rows.reduce((sum, { failed, unknown }) => sum + failed + unknown, 0);
  const open = detection.detectors.rows.reduce((sum, row) => sum + row.open, 0);
  return [
    ...late.map(({ severity, late: some, unanswered, alerts, limit }) => ({
      rule: 'answered_late',
      params: { severity, late: some + unanswered, alerts, minutes: limit / 60_000 },
    })),
    ...(notSent > 0 ? [{ rule: 'messages_failed', params: { count: notSent } }] : []),
    ...(open > 0 ? [{ rule: 'still_open', params: { count: open } }] : []),
  ];
};

const ofDetection = ({ detection, health }: Facts): Recommendation[] => {
  const byAlgorithm = [...Map.groupBy(detection.detectors.rows, ({ algorithm }) => algorithm)].map(
    ([algorithm, rows]) => ({
      algorithm,
      wrong: rows.reduce((sum, { falsePositives }) => sum + falsePositives, 0),
      closed: rows.reduce((sum, { falsePositives, resolved }) => sum + falsePositives + resolved, 0),
      p95: Math.max(0, ...rows.map(({ delay }) => delay?.p95 ?? 0)),
    }),
  );
  const slowDays = health.rows.filter(({ successRate }) => successRate !== null && successRate < GOOD_SUCCESS);
  return [
    ...byAlgorithm
      .filter(({ wrong, closed }) => closed >= ENOUGH && wrong / closed >= 0.2)
      .map(({ algorithm, wrong, closed }) => ({
        rule: 'false_positives',
        params: { algorithm, wrong, closed, percent: percent(wrong / closed) },
      })),
    ...byAlgorithm
      .filter(({ p95 }) => p95 > SLOW_DETECTION_MS)
      .map(({ algorithm, p95 }) => ({
        rule: 'slow_detection',
        params: { algorithm, seconds: Math.round(p95 / 100) / 10 },
      })),
    ...slowDays.slice(0, MOST_NAMED).map(({ day, successRate }) => ({
      rule: 'success_rate',
      params: { day, percent: successRate ?? 0 },
    })),
  ];
};

/** A place that fails more than one in twenty, and twice as often as all together. */
const ofPlaces = ({ money: { places, total } }: Facts): Recommendation[] => {
  const usual = total.transactions === 0 ? 0 : total.failed / total.transactions;
  return places.rows
    .filter(({ place, transactions }) => place !== '' && transactions >= 20)
    .map((row) => ({ ...row, share: row.failed / row.transactions }))
    .filter(({ share }) => share > 0.05 && share > 2 * usual)
    .sort((a, b) => b.share - a.share || (a.place < b.place ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(({ place, failed, transactions, share }) => ({
      rule: 'failing_place',
      params: { place, failed, transactions, percent: percent(share) },
    }));
};

const ofAlarms = ({ alarms: { figures, floods } }: Facts): Recommendation[] => {
  const urgent = urgentShare(figures);
  return [
    ...(figures.periods > 0 && figures.flooded / figures.periods > 0.01
      ? [
          {
            rule: 'flooded',
            params: { floods, periods: figures.flooded, percent: percent(figures.flooded / figures.periods) },
          },
        ]
      : []),
    ...figures.chattering.slice(0, MOST_NAMED).map(({ algorithm, about, alarms }) => ({
      rule: 'chattering',
      params: { algorithm, about: about ?? '–', alarms },
    })),
    ...(urgent !== null && figures.alarms >= 100 && urgent > 0.06
      ? [{ rule: 'urgent_share', params: { percent: percent(urgent), alarms: figures.alarms } }]
      : []),
  ];
};

/** What follows from a capacity review. */
export const capacityRecommendations = ({
  figures,
  forecasts,
  detectors,
}: Pick<CapacityReport, 'figures' | 'forecasts' | 'detectors'>): Recommendation[] => {
  const numberOf = (id: string): number | null => {
    const value = figures.find((figure) => figure.id === id)?.value;
    return typeof value === 'number' ? value : null;
  };
  const used = numberOf('connections_share');
  const growing = forecasts.find(({ of, perDay }) => of === 'transactions' && perDay > 0);
  const month = growing?.ahead.at(-1);
  return [
    ...(used !== null && used > 0.8 ? [{ rule: 'connections', params: { percent: percent(used) } }] : []),
    ...(month !== undefined && growing !== undefined
      ? [
          {
            rule: 'growth',
            params: {
              perDay: Math.round(growing.perDay * 10) / 10,
              days: month.days,
              ...{ value: Math.round(month.value), low: Math.round(month.low), high: Math.round(month.high) },
            },
          },
        ]
      : []),
    ...detectors.rows
      .filter(({ errors }) => errors > 0)
      .map(({ algorithm, errors }) => ({ rule: 'detector_errors', params: { algorithm, count: errors } })),
    ...detectors.rows
      .filter(({ found, falsePositives }) => found >= ENOUGH && falsePositives / found >= 0.2)
      .map(({ algorithm, found, falsePositives }) => ({
        rule: 'false_positives',
        params: { algorithm, wrong: falsePositives, closed: found, percent: percent(falsePositives / found) },
      })),
  ];
};

/** What follows from a security review. */
export const securityRecommendations = ({
  operators,
  laptops,
  doctor,
  chain,
  head,
}: Omit<SecurityReport, 'recommendations'>): Recommendation[] => {
  const supervisors = operators.rows.filter(({ role, active }) => active && role === 'supervisor').length;
  const idle = operators.rows.filter(({ active, signIns }) => active && signIns === 0).map(({ name }) => name);
  const locked = operators.rows.filter(({ failures }) => failures >= 3).map(({ name }) => name);
  const unseen = laptops.rows
    .filter(({ endedAt, lastSeen }) => endedAt === null && (lastSeen === null || lastSeen < head.from))
    .map(({ name }) => name);
  const named = (rule: string, names: readonly string[]) =>
    names.length === 0 ? [] : [{ rule, params: { count: names.length, names: names.slice(0, 20).join(', ') } }];
  return [
    ...(chain.ok ? [] : [{ rule: 'chain_broken', params: { seq: chain.seq ?? 0 } }]),
    ...(doctor.length > 0 ? [{ rule: 'rights', params: { count: doctor.length } }] : []),
    ...(supervisors < 2 ? [{ rule: 'one_supervisor', params: { count: supervisors } }] : []),
    ...named('unused_operators', idle),
    ...named('wrong_pins', locked),
    ...named('unseen_laptops', unseen),
  ];
};
