import type { FestivalReport } from '../domain/report.ts';
import { type DocumentSection, type DocumentTable, shownOf } from '../domain/report-document.ts';
import { fill } from './fill.ts';
import type { ReportCells } from './report-cells.ts';
import { plainNumber, shortDay } from './report-format.ts';
import { detectorWords } from './report-recommendations.ts';

const number = true;

/** A detector by its name; a spreadsheet gets the one that the database has. */
const detectorOf = ({ language }: ReportCells, algorithm: string) => ({
  raw: algorithm,
  shown: detectorWords(algorithm, language),
});

type Sum = FestivalReport['corrections']['total'];

/** Every correction, with who made and approved it, and whether they agree with each other. */
export const correctionSection = (cells: ReportCells, { corrections }: FestivalReport): DocumentSection => {
  const { words, money, count, day, word, place, time, table, language } = cells;
  const { total, kinds, days, places, people, list, reconciled } = corrections;
  const sums = (
    id: string,
    caption: string,
    of: FestivalReport['corrections']['kinds'],
    label: string,
    first: (sum: Sum) => ReturnType<typeof word>,
  ) =>
    table(id, caption, of, [
      { id: id.replace('corrections_by_', ''), label, wide: 2, of: first },
      { id: 'count', label: words.count, number, of: (row) => count(row.count) },
      { id: 'undone', label: words.undone, number, of: ({ undone }) => count(undone) },
      { id: 'given', label: words.given, number, of: ({ given }) => money(given) },
      { id: 'taken', label: words.taken, number, of: ({ taken }) => money(taken) },
      { id: 'ledger', label: words.ledgerShort, number, of: ({ ledger }) => money(ledger) },
    ]);
  return {
    id: 'corrections',
    heading: words.corrections,
    paragraphs: reconciled === null ? [] : [reconciledSentence(cells, reconciled)],
    facts: [
      { id: 'corrections', label: words.correctionCount, cell: count(total.count) },
      { id: 'undone', label: words.undone, cell: count(total.undone) },
      { id: 'given', label: words.given, cell: money(total.given) },
      { id: 'taken', label: words.taken, cell: money(total.taken) },
      { id: 'ledger', label: words.ledger, cell: money(total.ledger) },
    ],
    charts: [],
    tables: [
      ...(reconciled === null || reconciled.ok ? [] : [brokenTable(cells, reconciled)]),
      sums('corrections_by_kind', words.byKind, kinds, words.kind, ({ of }) => word('kind', of)),
      sums('corrections_by_day', words.byDay, days, words.day, ({ of }) => day(of)),
      sums('corrections_by_place', words.byPlace, places, words.place, ({ of }) => place(of)),
      sums('corrections_by_person', words.byPerson, people, words.person, ({ of }) => of),
      table('corrections', words.correctionList, list, [
        { id: 'at', label: words.at, wide: 1.4, of: (row) => time(row.at) },
        { id: 'kind', label: words.kind, wide: 1.3, of: ({ kind }) => word('kind', kind) },
        { id: 'card', label: words.card, wide: 1.5, of: ({ cardId }) => cardId },
        { id: 'card_delta', label: words.onCard, number, of: ({ cardDelta }) => money(cardDelta) },
        { id: 'ledger_delta', label: words.ledgerShort, number, of: ({ ledgerDelta }) => money(ledgerDelta) },
        { id: 'author', label: words.person, wide: 1.1, of: ({ author }) => author },
        { id: 'approver', label: words.approver, wide: 1.1, of: ({ approver }) => approver },
        { id: 'undone', label: words.undone, of: ({ undoneBy }) => (undoneBy === null ? null : words.yes) },
        { id: 'reason', label: words.reason, wide: 2, of: ({ reason }) => reason },
        { id: 'place', label: words.place, wide: 1.2, of: (row) => place(row.place) },
        { id: 'alert', label: words.alert, of: ({ eventId }) => eventId },
      ]),
    ],
  };
  function reconciledSentence(_: ReportCells, of: NonNullable<typeof reconciled>): string {
    if (of.ok) {
      return fill(words.reconciledOk, {
        corrections: plainNumber(of.corrections, language),
        rows: plainNumber(of.auditRows, language),
      });
    }
    const rows = of.broken.reduce((sum, broken) => sum + broken.count, 0);
    return fill(words.reconciledNot, { count: plainNumber(rows, language) });
  }
};

const brokenTable = (
  { words, count, table }: ReportCells,
  { broken }: NonNullable<FestivalReport['corrections']['reconciled']>,
): DocumentTable => {
  const rows = broken.flatMap(({ invariant, says, count: all, rows: named }) =>
    named.map((row) => ({ invariant, says, all, row })),
  );
  return table('corrections_broken', words.broken, { rows, left: 0 }, [
    { id: 'rule', label: words.rule, of: ({ invariant }) => invariant },
    { id: 'count', label: words.count, number, wide: 0.5, of: ({ all }) => count(all) },
    { id: 'row', label: words.row, wide: 3, of: ({ row }) => row },
  ]);
};

/** What was found, how late, and what became of it. */
export const detectionSection = (cells: ReportCells, { detection }: FestivalReport): DocumentSection => {
  const { words, count, decimal, money, duration, day, place, time, table, chart, language } = cells;
  return {
    id: 'detection',
    heading: words.detection,
    paragraphs: [],
    facts: [],
    charts: chart(
      'columns',
      words.alertsByDay,
      detection.days.rows.map((row) => ({
        ...{ label: shortDay(row.day), value: row.events, shown: plainNumber(row.events, language) },
      })),
    ),
    tables: [
      table('detection', words.detectors, detection.detectors, [
        { id: 'detector', label: words.detector, wide: 2.2, of: ({ algorithm }) => detectorOf(cells, algorithm) },
        { id: 'severity', label: words.severity, wide: 1.2, of: ({ severity }) => severity },
        { id: 'found', label: words.found, number, of: ({ found }) => count(found) },
        { id: 'open', label: words.open, number, of: ({ open }) => count(open) },
        { id: 'resolved', label: words.resolved, number, of: ({ resolved }) => count(resolved) },
        {
          id: 'false_positives',
          label: words.falsePositives,
          number,
          of: ({ falsePositives }) => count(falsePositives),
        },
        { id: 'amount', label: words.amount, number, wide: 1.2, of: ({ amount }) => money(amount) },
        {
          id: 'delay_median_ms',
          label: words.median,
          number,
          wide: 1.1,
          of: ({ delay }) => duration(delay?.median ?? null),
        },
        { id: 'delay_p95_ms', label: words.p95, number, wide: 1.1, of: ({ delay }) => duration(delay?.p95 ?? null) },
        { id: 'delay_most_ms', label: words.most, number, wide: 1.1, of: ({ delay }) => duration(delay?.most ?? null) },
      ]),
      table('alerts_by_day', words.alertsByDay, detection.days, [
        { id: 'day', label: words.day, of: (row) => day(row.day) },
        { id: 'events', label: words.events, number, of: ({ events }) => count(events) },
        { id: 'critical', label: words.critical, number, of: ({ critical }) => count(critical) },
        { id: 'confidence', label: words.confidence, number, of: ({ confidence }) => decimal(confidence) },
        { id: 'cards', label: words.cards, number, of: (row) => count(row.cards) },
      ]),
      table('issues', words.issues, detection.issues, [
        { id: 'alert', label: words.alert, wide: 0.8, of: ({ eventId }) => eventId },
        { id: 'at', label: words.at, wide: 1.5, of: (row) => time(row.at) },
        { id: 'severity', label: words.severity, wide: 1.2, of: ({ severity }) => severity },
        { id: 'detector', label: words.detector, wide: 1.8, of: ({ algorithm }) => detectorOf(cells, algorithm) },
        { id: 'card', label: words.card, wide: 1.5, of: ({ cardId }) => cardId },
        { id: 'amount', label: words.amount, number, of: ({ amount }) => money(amount) },
        { id: 'place', label: words.place, wide: 1.3, of: (row) => place(row.place) },
        { id: 'status', label: words.status, wide: 1.3, of: ({ status }) => status },
        { id: 'answered_by', label: words.answeredBy, wide: 1, of: ({ answeredBy }) => answeredBy },
        { id: 'ended_at', label: words.ended, wide: 1.5, of: ({ endedAt }) => time(endedAt) },
        { id: 'resolution', label: words.resolution, wide: 2.2, of: ({ resolution }) => resolution },
      ]),
    ],
  };
};

/** How soon people answered, and who was sent a message. */
export const responseSection = (
  { words, count, duration, table }: ReportCells,
  { responses, escalations }: FestivalReport,
): DocumentSection => ({
  id: 'responses',
  heading: words.responses,
  paragraphs: [words.responsesText],
  facts: [],
  charts: [],
  tables: [
    table('responses', words.responses, { rows: responses, left: 0 }, [
      { id: 'severity', label: words.severity, wide: 1.3, of: ({ severity }) => severity },
      { id: 'limit_ms', label: words.limit, number, wide: 1.2, of: ({ limit }) => duration(limit) },
      { id: 'alerts', label: words.alerts, number, of: ({ alerts }) => count(alerts) },
      { id: 'in_time', label: words.inTime, number, of: ({ inTime }) => count(inTime) },
      { id: 'late', label: words.late, number, of: ({ late }) => count(late) },
      { id: 'waiting', label: words.waiting, number, of: ({ waiting }) => count(waiting) },
      { id: 'unanswered', label: words.unanswered, number, of: ({ unanswered }) => count(unanswered) },
      { id: 'cleared', label: words.cleared, number, of: ({ cleared }) => count(cleared) },
      {
        id: 'answer_median_ms',
        label: words.median,
        number,
        wide: 1.2,
        of: ({ answer }) => duration(answer?.median ?? null),
      },
      { id: 'answer_p95_ms', label: words.p95, number, wide: 1.2, of: ({ answer }) => duration(answer?.p95 ?? null) },
    ]),
    table('escalations', words.escalations, escalations, [
      { id: 'severity', label: words.severity, of: ({ severity }) => severity },
      { id: 'step', label: words.step, number, wide: 0.6, of: ({ step }) => count(step) },
      { id: 'contact', label: words.contact, wide: 2, of: ({ contact }) => contact },
      { id: 'channel', label: words.channel, of: ({ channel }) => channel },
      { id: 'sent', label: words.sent, number, of: ({ sent }) => count(sent) },
      { id: 'failed', label: words.notSent, number, of: ({ failed }) => count(failed) },
      { id: 'unknown', label: words.unknown, number, wide: 1.3, of: ({ unknown }) => count(unknown) },
      { id: 'cancelled', label: words.cancelled, number, of: ({ cancelled }) => count(cancelled) },
      { id: 'pending', label: words.pending, number, of: ({ pending }) => count(pending) },
    ]),
  ],
});

/** The figures of docs/alarm-quality.md. */
export const alarmSections = (
  cells: ReportCells,
  { alarms: { figures, floods } }: FestivalReport,
): DocumentSection[] => {
  const { words, count, decimal, share, table } = cells;
  const sources = (id: string, caption: string, rows: typeof figures.loudest) =>
    table(id, caption, { rows: rows.slice(0, 20), left: Math.max(0, rows.length - 20) }, [
      { id: 'detector', label: words.detector, wide: 2, of: ({ algorithm }) => detectorOf(cells, algorithm) },
      { id: 'about', label: words.about, wide: 2, of: ({ about }) => about },
      { id: 'alerts', label: words.alerts, number, of: ({ alarms }) => count(alarms) },
    ]);
  return [
    {
      id: 'alarms',
      heading: words.alarms,
      paragraphs: [words.alarmsText],
      facts: [
        { id: 'alerts', label: words.alarmCount, cell: count(figures.alarms) },
        { id: 'per_person', label: words.perPerson, cell: decimal(figures.perOperator) },
        { id: 'busiest', label: words.busiest, cell: decimal(figures.busiest) },
        {
          ...{ id: 'flooded', label: words.flooded },
          cell: share(figures.periods === 0 ? null : figures.flooded / figures.periods),
        },
        { id: 'floods', label: words.floods, cell: count(floods) },
        { id: 'standing', label: words.standing, cell: count(figures.standing) },
        { id: 'loudest_share', label: words.loudestShare, cell: share(figures.loudestShare) },
      ],
      charts: [],
      tables: [
        sources('alarms_loudest', words.loudest, figures.loudest),
        sources('alarms_chattering', words.chattering, figures.chattering),
      ],
    },
  ];
};

/** The guide's weekly health trends. */
export const healthSection = (
  { words, count, decimal, duration, day, table }: ReportCells,
  health: FestivalReport['health'],
): DocumentSection => ({
  id: 'health',
  heading: words.health,
  paragraphs: [words.healthText],
  facts: [],
  charts: [],
  tables: [
    table('health', words.byDay, health, [
      { id: 'day', label: words.day, of: (row) => day(row.day) },
      { id: 'snapshots', label: words.snapshots, number, of: ({ snapshots }) => count(snapshots) },
      { id: 'success_rate_percent', label: words.successRate, number, of: ({ successRate }) => decimal(successRate) },
      { id: 'transactions_per_hour', label: words.hourly, number, of: (row) => decimal(row.hourlyTransactions) },
      { id: 'detection_p95_ms', label: words.detectionP95, number, of: (row) => duration(row.detectionP95) },
      { id: 'critical', label: words.criticalSnapshots, number, of: ({ critical }) => count(critical) },
    ]),
  ],
});

/** What people wrote down and signed. */
export const recordSections = (
  { words, count, time, word, place, table, language }: ReportCells,
  { log, checklists }: FestivalReport,
): DocumentSection[] => [
  {
    id: 'log',
    heading: words.log,
    paragraphs: [],
    facts: log.kinds.map(({ kind, count: of }) => ({
      id: kind,
      label: shownOf(word('log', kind)),
      cell: count(of),
    })),
    charts: [],
    tables: [
      table('log_entries', words.logEntries, log.entries, [
        { id: 'number', label: words.number, wide: 0.5, of: (row) => String(row.number) },
        { id: 'at', label: words.at, wide: 1.2, of: (row) => time(row.at) },
        {
          id: 'kind',
          label: words.kind,
          of: ({ kind, struck }) => (struck ? `${shownOf(word('log', kind))} (${words.struck})` : word('log', kind)),
        },
        { id: 'text', label: words.text, wide: 4, of: ({ text }) => text },
        { id: 'why', label: words.why, wide: 1.6, of: ({ why }) => why },
        { id: 'agreed', label: words.agreed, of: ({ agreed }) => agreed },
        { id: 'place', label: words.place, wide: 1, of: (row) => place(row.place) },
        { id: 'author', label: words.author, of: ({ author }) => author },
      ]),
    ],
  },
  {
    id: 'checklists',
    heading: words.checklists,
    paragraphs: [],
    facts: [],
    charts: [],
    tables: [
      table('checklists', words.checklists, checklists, [
        {
          id: 'checklist',
          label: words.checklist,
          wide: 2,
          of: ({ listId, title }) => ({ raw: listId, shown: title[language] || listId }),
        },
        { id: 'window', label: words.window, of: ({ windowKey }) => windowKey },
        { id: 'started_at', label: words.started, wide: 1.3, of: ({ startedAt }) => time(startedAt) },
        {
          id: 'signed_at',
          label: words.signedAt,
          wide: 1.3,
          of: ({ signedAt }) => time(signedAt) ?? { raw: null, shown: words.notSigned },
        },
        { id: 'signed_by', label: words.signedBy, of: ({ signedBy }) => signedBy },
        {
          ...{ id: 'overrides', label: words.overrides, wide: 2.5 },
          of: ({ overrides }) =>
            overrides.length === 0
              ? null
              : overrides.map(({ item, by, reason }) => `${item} (${by}): ${reason}`).join('; '),
        },
      ]),
    ],
  },
];
