import type { Language } from '../domain/language.ts';
import type { CapacityReport, ReviewFigure, SecurityReport } from '../domain/report.ts';
import type { DocumentCell, DocumentSection } from '../domain/report-document.ts';
import { doctorTexts } from './doctor.ts';
import { fill } from './fill.ts';
import type { ReportCells } from './report-cells.ts';
import { plainNumber, shortDay } from './report-format.ts';
import { healthSection } from './report-operations.ts';
import { detectorWords } from './report-recommendations.ts';

const number = true;
const BARE = { paragraphs: [], facts: [], charts: [], tables: [] };

/** Names of the figures that a review has. */
const figureWords: Record<Language, Record<string, string>> = {
  en: {
    transactions: 'Transactions of the period',
    transactions_per_day: 'Transactions a day, on days with traffic',
    busiest_hour: 'Transactions in the busiest hour',
    cards: 'Cards (estimate)',
    database_bytes: 'Size of the database',
    log_bytes: 'Size of the transaction log',
    bytes_per_transaction: 'Bytes for each transaction',
    connections: 'Connections in use',
    most_connections: 'Connections at most',
    connections_share: 'Share of connections in use',
    operators: 'Active operators',
    supervisors: 'Active supervisors',
    wrong_pins: 'Wrong PINs in a row, over all operators',
    laptops: 'Enrolled laptops',
    logins: 'Logins that reach Regie’s tables',
    refused: 'Refused commands and locked sign-ins',
    audit_rows: 'Verified rows of the audit trail',
  },
  fr: {
    transactions: 'Transactions de la période',
    transactions_per_day: 'Transactions par jour d’activité',
    busiest_hour: 'Transactions à l’heure de pointe',
    cards: 'Cartes (estimation)',
    database_bytes: 'Taille de la base',
    log_bytes: 'Taille du journal des transactions',
    bytes_per_transaction: 'Octets par transaction',
    connections: 'Connexions en cours',
    most_connections: 'Connexions au plus',
    connections_share: 'Part des connexions en cours',
    operators: 'Opérateurs actifs',
    supervisors: 'Superviseurs actifs',
    wrong_pins: 'PIN erronés à la suite, tous opérateurs',
    laptops: 'Postes enregistrés',
    logins: 'Comptes ayant accès aux tables de Regie',
    refused: 'Commandes refusées et accès bloqués',
    audit_rows: 'Lignes vérifiées de la piste d’audit',
  },
};

const figureCell = (cells: ReportCells, { value, unit }: ReviewFigure): DocumentCell => {
  if (typeof value !== 'number') return value;
  switch (unit) {
    case 'bytes':
      return cells.bytes(value);
    case 'share':
      return cells.share(value);
    case 'ms':
      return cells.duration(value);
    case 'money':
      return cells.money(value);
    case 'count':
    case 'text':
    case 'instant':
      return cells.count(value);
  }
};

const figuresSection = (cells: ReportCells, figures: readonly ReviewFigure[]): DocumentSection => {
  const { words, table, language } = cells;
  return {
    ...{ ...BARE, id: 'figures', heading: words.sources },
    tables: [
      table('figures', words.sources, { rows: [...figures], left: 0 }, [
        {
          ...{ id: 'figure', label: words.figure, wide: 3 },
          of: ({ id }) => ({ raw: id, shown: figureWords[language][id] ?? id }),
        },
        { id: 'value', label: words.value, number, of: (figure) => figureCell(cells, figure) },
        { id: 'source', label: words.source, wide: 3, of: ({ source }) => source },
      ]),
    ],
  };
};

/** The guide's monthly capacity planning review. */
export const capacitySections = (cells: ReportCells, report: CapacityReport): DocumentSection[] => {
  const { words, count, day, bytes, duration, table, chart, language } = cells;
  return [
    figuresSection(cells, report.figures),
    {
      ...{ ...BARE, id: 'growth', heading: words.growth },
      charts: chart(
        'columns',
        words.transactionsByDay,
        report.days.rows.map((row) => ({
          ...{ label: shortDay(row.day), value: row.transactions, shown: plainNumber(row.transactions, language) },
        })),
      ),
      tables: [
        table('days', words.byDay, report.days, [
          { id: 'day', label: words.day, of: (row) => day(row.day) },
          { id: 'transactions', label: words.transactionsByDay, number, of: ({ transactions }) => count(transactions) },
          { id: 'failed', label: words.failed, number, of: ({ failed }) => count(failed) },
          { id: 'busiest_hour', label: words.busiestHour, number, of: ({ busiestHour }) => count(busiestHour) },
          { id: 'alerts', label: words.alerts, number, of: ({ alerts }) => count(alerts) },
        ]),
      ],
    },
    forecastSection(cells, report.forecasts),
    healthSection(cells, report.health),
    {
      ...{ ...BARE, id: 'storage', heading: words.tables },
      tables: [
        table('tables', words.tables, report.tables, [
          { id: 'table', label: words.table, wide: 3, of: (row) => row.table },
          { id: 'bytes', label: words.bytes, number, of: (row) => bytes(row.bytes) },
          { id: 'rows', label: words.rows, number, of: ({ rows }) => count(rows) },
        ]),
      ],
    },
    {
      ...{ ...BARE, id: 'detectors', heading: words.detection },
      tables: [
        table('detectors', words.detectors, report.detectors, [
          {
            ...{ id: 'detector', label: words.detector, wide: 2.5 },
            of: ({ algorithm }) => ({ raw: algorithm, shown: detectorWords(algorithm, language) }),
          },
          { id: 'runs', label: words.runs, number, of: ({ runs }) => count(runs) },
          { id: 'errors', label: words.errors, number, of: ({ errors }) => count(errors) },
          { id: 'not_judged', label: words.notJudged, number, of: ({ notJudged }) => count(notJudged) },
          { id: 'last_ms', label: words.lastMs, number, of: ({ lastMs }) => duration(lastMs) },
          { id: 'found', label: words.found, number, of: ({ found }) => count(found) },
          { id: 'false_positives', label: words.falsePositives, number, of: (row) => count(row.falsePositives) },
        ]),
      ],
    },
  ];
};

const forecastSection = (
  { words, count, decimal, share, table }: ReportCells,
  forecasts: CapacityReport['forecasts'],
): DocumentSection => {
  const rows = forecasts.flatMap(({ ahead, ...of }) => ahead.map((one) => ({ ...of, ...one, through: of.days })));
  return {
    ...{ ...BARE, id: 'forecast', heading: words.forecast },
    paragraphs: [forecasts.length === 0 ? words.forecastFew : words.forecastText],
    tables:
      forecasts.length === 0
        ? []
        : [
            table('forecast', words.forecast, { rows, left: 0 }, [
              {
                ...{ id: 'of', label: words.forecastOf, wide: 2.5 },
                of: (row) => ({ raw: row.of, shown: words[`forecast_${row.of}`] }),
              },
              { id: 'ahead_days', label: words.ahead, number, of: ({ days }) => count(days) },
              { id: 'value', label: words.value, number, of: ({ value }) => count(Math.round(value)) },
              { id: 'low', label: words.from, number, of: ({ low }) => count(Math.round(low)) },
              { id: 'high', label: words.upTo, number, of: ({ high }) => count(Math.round(high)) },
              { id: 'per_day', label: words.perDay, number, of: ({ perDay }) => decimal(perDay) },
              { id: 'explained', label: words.explained, number, of: ({ explained }) => share(explained) },
            ]),
          ],
  };
};

/** The guide's monthly security review. */
export const securitySections = (cells: ReportCells, report: SecurityReport): DocumentSection[] => {
  const { words, count, time, table } = cells;
  const { chain, doctor } = report;
  return [
    {
      ...{ ...BARE, id: 'chain', heading: words.chain },
      paragraphs: [
        chain.ok
          ? fill(words.chainOk, { rows: plainNumber(chain.rows, cells.language) })
          : fill(words.chainBroken, { seq: plainNumber(chain.seq ?? 0, cells.language), what: chain.what ?? '' }),
      ],
    },
    {
      ...{ ...BARE, id: 'rights', heading: words.rights },
      paragraphs: [words.rightsText, ...(doctor.length === 0 ? [words.rightsGood] : [])],
      tables: doctor.length === 0 ? [] : [doctorTable(cells, doctor)],
    },
    accessSection(cells, report),
    {
      ...{ ...BARE, id: 'attempts', heading: words.attempts },
      tables: [
        table('refused', words.refused, report.refused, [
          { id: 'code', label: words.code, wide: 1.5, of: ({ code }) => code },
          { id: 'command', label: words.command, wide: 1.5, of: ({ command }) => command },
          { id: 'name', label: words.name, of: ({ name }) => name },
          { id: 'count', label: words.count, number, of: (row) => count(row.count) },
        ]),
        table('changes', words.changes, report.changes, [
          { id: 'at', label: words.at, wide: 1.2, of: (row) => time(row.at) },
          { id: 'action', label: words.action, wide: 1.6, of: ({ action }) => action },
          { id: 'subject', label: words.subject, wide: 2, of: ({ subject }) => subject },
          { id: 'actor', label: words.name, of: ({ actor }) => actor },
          { id: 'laptop', label: words.laptop, of: ({ laptop }) => laptop },
        ]),
      ],
    },
    figuresSection(cells, report.figures),
  ];
};

const doctorTable = ({ words, language, table }: ReportCells, doctor: SecurityReport['doctor']) =>
  table('doctor', words.rights, { rows: [...doctor], left: 0 }, [
    { id: 'level', label: words.level, of: ({ level }) => level },
    { id: 'code', label: words.code, wide: 1.5, of: ({ code }) => code },
    { id: 'finding', label: words.finding, wide: 4, of: ({ code, params }) => finding(code, params, language) },
  ]);

const finding = (code: string, params: SecurityReport['doctor'][number]['params'], language: Language): string => {
  const known: Record<string, unknown> = doctorTexts[language];
  const words = Object.hasOwn(known, code) ? known[code] : undefined;
  return typeof words === 'string' ? fill(words, params) : code;
};

const accessSection = (cells: ReportCells, { operators, laptops, logins }: SecurityReport): DocumentSection => {
  const { words, count, time, yes, word, table } = cells;
  return {
    ...{ ...BARE, id: 'access', heading: words.access },
    tables: [
      table('operators', words.operators, operators, [
        { id: 'name', label: words.name, wide: 1.4, of: ({ name }) => name },
        { id: 'role', label: words.role, wide: 1.2, of: ({ role }) => word('role', role) },
        { id: 'active', label: words.active, wide: 0.7, of: ({ active }) => yes(active) },
        { id: 'created_by', label: words.createdBy, of: ({ createdBy }) => createdBy },
        { id: 'changed_at', label: words.changedAt, wide: 1.3, of: ({ changedAt }) => time(changedAt) },
        { id: 'changed_by', label: words.changedBy, of: ({ changedBy }) => changedBy },
        { id: 'pin_at', label: words.pinAt, wide: 1.3, of: ({ pinAt }) => time(pinAt) },
        { id: 'wrong_pins', label: words.wrongPins, number, of: ({ failures }) => count(failures) },
        { id: 'sign_ins', label: words.signIns, number, of: ({ signIns }) => count(signIns) },
      ]),
      table('laptops', words.laptops, laptops, [
        { id: 'name', label: words.name, wide: 1.5, of: ({ name }) => name },
        { id: 'enrolled_at', label: words.enrolledAt, of: ({ enrolledAt }) => time(enrolledAt) },
        { id: 'enrolled_by', label: words.enrolledBy, of: ({ enrolledBy }) => enrolledBy },
        { id: 'last_seen', label: words.lastSeen, of: ({ lastSeen }) => time(lastSeen) },
        { id: 'ended_at', label: words.ended, of: ({ endedAt }) => time(endedAt) },
      ]),
      table('logins', words.logins, logins, [
        { id: 'login', label: words.login, wide: 2, of: ({ login }) => login },
        { id: 'because', label: words.because, of: ({ why }) => why },
      ]),
    ],
  };
};
