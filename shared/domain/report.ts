import { z } from 'zod';
import { alarmFiguresSchema } from './alarm-quality.ts';
import { paramsSchema } from './primitives.ts';
import { centsIn, countIn, instantIn, listOf } from './report-parts.ts';
import { rowIdSchema } from './row-id.ts';
import { EVENT_STATUSES, severitySchema } from './severity.ts';

/** What a report is about: a stretch of the festival, or one of the guide's monthly reviews. */
export const REPORT_KINDS = ['day', 'week', 'final', 'capacity', 'security'] as const;
export const reportKindSchema = z.enum(REPORT_KINDS);
export type ReportKind = z.infer<typeof reportKindSchema>;

/** Of which data a report is, and what says that it is of no other (docs/reports.md). */
const headSchema = z.strictObject({
  kind: reportKindSchema,
  /** `from` belongs to it, `to` does not. */
  from: instantIn,
  to: instantIn,
  /** Whose days are counted. */
  timeZone: z.string(),
  festival: z.strictObject({ id: z.uuid(), name: z.string(), database: z.string(), serverVersion: z.string() }),
  /** The moment of the snapshot, by the database's clock. */
  takenAt: instantIn,
  /** The festival's log, of the stretch. */
  transactions: z.strictObject({
    count: countIn,
    first: z.strictObject({ id: rowIdSchema, at: instantIn }).nullable(),
    last: z.strictObject({ id: rowIdSchema, at: instantIn }).nullable(),
    /** Rows of the whole log without a time that can be read: they are in no stretch. */
    undated: countIn,
  }),
  /** Up to which row detection had read, and when it last did. */
  read: z.strictObject({ upTo: rowIdSchema, at: instantIn }).nullable(),
  /** The newest rows of the two chains. */
  audit: z.strictObject({ seq: countIn, hash: z.string() }),
  log: z.strictObject({ number: countIn, hash: z.string() }),
});
export type ReportHead = z.infer<typeof headSchema>;

const takenSchema = z.strictObject({
  transactions: countIn,
  failed: countIn,
  /** Completed orders, and completed recharges. */
  takings: centsIn,
  topUps: centsIn,
});

const moneySchema = z.strictObject({
  total: takenSchema,
  days: listOf(takenSchema.extend({ day: z.string() })),
  /** As the log names them; empty where it names none. */
  places: listOf(takenSchema.extend({ place: z.string() })),
  /** What rows of a type, in a status, came to; `expected`: what they add to what cards should hold. */
  types: listOf(
    z.strictObject({ type: z.string(), status: z.string(), count: countIn, amount: centsIn, expected: centsIn }),
  ),
  /** Money on cards at the moment of the snapshot, by the cards and by the whole log. */
  liabilities: z.strictObject({
    cards: countIn,
    onCards: centsIn,
    byLog: centsIn,
    difference: centsIn,
    negativeCards: countIn,
    negative: centsIn,
    /** Cards whose amount is none (NULL counts as 0), and none that can be read. */
    withoutAmount: countIn,
    unreadable: countIn,
    /** The log's beginning is gone, and nobody has said yet what it came to: the log gives no figure. */
    historyShrank: z.boolean(),
    differing: listOf(z.strictObject({ cardId: z.string(), onCard: centsIn, byLog: centsIn, difference: centsIn })),
  }),
  /** Takings by the log and by the festival's own orders; null where this login cannot read those. */
  orders: z
    .strictObject({
      byLog: centsIn,
      byOrders: centsIn,
      difference: centsIn,
      places: listOf(z.strictObject({ place: z.string(), byLog: centsIn, byOrders: centsIn, difference: centsIn })),
      /** Orders that one side has and the other has not, or with another amount. */
      differing: listOf(
        z.strictObject({
          place: z.string(),
          cardId: z.string(),
          request: z.string().nullable(),
          logId: rowIdSchema.nullable(),
          byLog: centsIn.nullable(),
          byOrders: centsIn.nullable(),
        }),
      ),
    })
    .nullable(),
});

const delaySchema = z
  .strictObject({ count: countIn, median: z.number(), p95: z.number(), most: z.number() })
  .nullable();

const detectionSchema = z.strictObject({
  detectors: listOf(
    z.strictObject({
      algorithm: z.string(),
      severity: severitySchema,
      found: countIn,
      open: countIn,
      resolved: countIn,
      falsePositives: countIn,
      amount: centsIn,
      /** Milliseconds from the row's commit, or from when it occurred, to the alert. */
      delay: delaySchema,
    }),
  ),
  /** The guide's weekly summary. */
  days: listOf(
    z.strictObject({
      day: z.string(),
      events: countIn,
      critical: countIn,
      confidence: z.number().nullable(),
      cards: countIn,
    }),
  ),
  /** Alerts that stood on the board as rows of their own, the most urgent first. */
  issues: listOf(
    z.strictObject({
      eventId: rowIdSchema,
      at: instantIn,
      severity: severitySchema,
      algorithm: z.string(),
      cardId: z.string().nullable(),
      amount: centsIn.nullable(),
      place: z.string().nullable(),
      status: z.enum(EVENT_STATUSES),
      answeredAt: instantIn.nullable(),
      answeredBy: z.string().nullable(),
      endedAt: instantIn.nullable(),
      resolution: z.string().nullable(),
    }),
  ),
});

const responseSchema = z.strictObject({
  severity: severitySchema,
  /** The guide's response time, milliseconds. */
  limit: z.number(),
  alerts: countIn,
  inTime: countIn,
  late: countIn,
  /** Nobody has answered: in time still, or not any more. */
  waiting: countIn,
  unanswered: countIn,
  /** Their fault was gone before anybody had answered. */
  cleared: countIn,
  answer: delaySchema,
});

const escalationSchema = z.strictObject({
  severity: severitySchema,
  step: z.int(),
  contact: z.string(),
  channel: z.string(),
  sent: countIn,
  failed: countIn,
  unknown: countIn,
  cancelled: countIn,
  pending: countIn,
});

const sumSchema = z.strictObject({
  /** A kind, a day, a place or a person. */
  of: z.string(),
  count: countIn,
  undone: countIn,
  /** What was put on cards and taken from them, without sign, and what is left of it. */
  given: centsIn,
  taken: centsIn,
  /** Added to what cards should hold. */
  ledger: centsIn,
});

const correctionsSchema = z.strictObject({
  total: sumSchema,
  kinds: listOf(sumSchema),
  days: listOf(sumSchema),
  places: listOf(sumSchema),
  people: listOf(sumSchema),
  list: listOf(
    z.strictObject({
      operationId: z.uuid(),
      at: instantIn,
      kind: z.string(),
      cardId: z.string(),
      cardDelta: centsIn,
      ledgerDelta: centsIn,
      place: z.string().nullable(),
      eventId: rowIdSchema.nullable(),
      reason: z.string(),
      author: z.string(),
      approver: z.string().nullable(),
      undoneBy: z.uuid().nullable(),
    }),
  ),
  /** What `npm run reconcile` says of the whole festival; null where a report does not ask it. */
  reconciled: z
    .strictObject({
      ok: z.boolean(),
      corrections: countIn,
      auditRows: countIn,
      broken: z.array(
        z.strictObject({ invariant: z.string(), says: z.string(), count: countIn, rows: z.array(z.string()) }),
      ),
    })
    .nullable(),
});

const healthSchema = z.strictObject({
  day: z.string(),
  snapshots: countIn,
  successRate: z.number().nullable(),
  hourlyTransactions: z.number().nullable(),
  detectionP95: z.number().nullable(),
  critical: countIn,
});

const logSchema = z.strictObject({
  kinds: z.array(z.strictObject({ kind: z.string(), count: countIn })),
  /** Decisions, and what was marked as important. */
  entries: listOf(
    z.strictObject({
      number: countIn,
      at: instantIn,
      kind: z.string(),
      text: z.string(),
      place: z.string().nullable(),
      author: z.string(),
      why: z.string().nullable(),
      agreed: z.string().nullable(),
      struck: z.boolean(),
    }),
  ),
});

const checklistSchema = z.strictObject({
  listId: z.string(),
  windowKey: z.string(),
  title: z.strictObject({ en: z.string(), fr: z.string() }),
  startedAt: instantIn,
  signedAt: instantIn.nullable(),
  signedBy: z.string().nullable(),
  hash: z.string(),
  overrides: z.array(z.strictObject({ item: z.string(), by: z.string(), reason: z.string() })),
});

/** What follows from the figures; its words are in shared/i18n/report-recommendations.ts. */
export const recommendationSchema = z.strictObject({ rule: z.string(), params: paramsSchema });
export type Recommendation = z.infer<typeof recommendationSchema>;

export const festivalReportSchema = z.strictObject({
  head: headSchema.extend({ kind: z.enum(['day', 'week', 'final']) }),
  money: moneySchema,
  detection: detectionSchema,
  responses: z.array(responseSchema),
  escalations: listOf(escalationSchema),
  corrections: correctionsSchema,
  alarms: z.strictObject({
    figures: alarmFiguresSchema,
    days: listOf(z.strictObject({ day: z.string(), figures: alarmFiguresSchema })),
    floods: countIn,
  }),
  health: listOf(healthSchema),
  log: logSchema,
  checklists: listOf(checklistSchema),
  recommendations: z.array(recommendationSchema),
});
export type FestivalReport = z.infer<typeof festivalReportSchema>;

/** One figure of a review, with where it comes from. */
const figureSchema = z.strictObject({
  id: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  unit: z.enum(['count', 'bytes', 'share', 'ms', 'money', 'text', 'instant']),
  source: z.string(),
});
export type ReviewFigure = z.infer<typeof figureSchema>;

/** A straight line through days, and what it says of later ones: with the range in which 95 of 100 would lie. */
export const forecastSchema = z.strictObject({
  of: z.enum(['transactions', 'busiestHour', 'alerts']),
  /** Days with traffic that it is drawn through. */
  days: countIn,
  perDay: z.number(),
  /** Share of what varies between the days that the line explains, 0..1. */
  explained: z.number(),
  ahead: z.array(z.strictObject({ days: countIn, value: z.number(), low: z.number(), high: z.number() })),
});
export type Forecast = z.infer<typeof forecastSchema>;

export const capacityReportSchema = z.strictObject({
  head: headSchema.extend({ kind: z.literal('capacity') }),
  figures: z.array(figureSchema),
  days: listOf(
    z.strictObject({
      day: z.string(),
      transactions: countIn,
      failed: countIn,
      /** Transactions of its busiest hour of the clock. */
      busiestHour: countIn,
      alerts: countIn,
    }),
  ),
  health: listOf(healthSchema),
  tables: listOf(z.strictObject({ table: z.string(), bytes: countIn, rows: countIn })),
  detectors: listOf(
    z.strictObject({
      algorithm: z.string(),
      runs: countIn,
      errors: countIn,
      notJudged: countIn,
      lastMs: z.number().nullable(),
      found: countIn,
      falsePositives: countIn,
    }),
  ),
  /** Empty where there are too few days for a line. */
  forecasts: z.array(forecastSchema),
  recommendations: z.array(recommendationSchema),
});
export type CapacityReport = z.infer<typeof capacityReportSchema>;

export const securityReportSchema = z.strictObject({
  head: headSchema.extend({ kind: z.literal('security') }),
  figures: z.array(figureSchema),
  operators: listOf(
    z.strictObject({
      name: z.string(),
      role: z.string(),
      active: z.boolean(),
      createdBy: z.string(),
      changedAt: instantIn,
      changedBy: z.string(),
      pinAt: instantIn,
      /** Wrong PINs in a row. */
      failures: countIn,
      lockedUntil: instantIn.nullable(),
      signIns: countIn,
    }),
  ),
  laptops: listOf(
    z.strictObject({
      name: z.string(),
      enrolledAt: instantIn,
      enrolledBy: z.string().nullable(),
      lastSeen: instantIn.nullable(),
      endedAt: instantIn.nullable(),
    }),
  ),
  /** Logins of the server, and why they can reach Regie's tables. */
  logins: listOf(z.strictObject({ login: z.string(), why: z.string() })),
  refused: listOf(z.strictObject({ code: z.string(), command: z.string(), name: z.string(), count: countIn })),
  /** What people changed that decides who may do what, or how much. */
  changes: listOf(
    z.strictObject({ at: instantIn, action: z.string(), subject: z.string(), actor: z.string(), laptop: z.string() }),
  ),
  /** What the doctor says of this login. */
  doctor: z.array(z.strictObject({ code: z.string(), level: z.string(), params: paramsSchema })),
  chain: z.strictObject({ ok: z.boolean(), rows: countIn, seq: countIn.nullable(), what: z.string().nullable() }),
  recommendations: z.array(recommendationSchema),
});
export type SecurityReport = z.infer<typeof securityReportSchema>;

/** A report as data: what docs/report.schema.json describes, and what the hash of a report is over. */
export const reportSchema = z.union([festivalReportSchema, capacityReportSchema, securityReportSchema]);
export type Report = z.infer<typeof reportSchema>;

export const isFestivalReport = (report: Report): report is FestivalReport => 'money' in report;

/** Who has signed a report. */
export const reportSignatureSchema = z.strictObject({
  by: z.string(),
  role: z.string(),
  laptop: z.string(),
  at: instantIn,
});
export type ReportSignature = z.infer<typeof reportSignatureSchema>;
