import type { DoctorFinding } from '../../../shared/contract/connection.ts';
import { type FestivalReport, type Report, type ReportKind, reportSchema } from '../../../shared/domain/report.ts';
import { recommendationsOf } from '../../../shared/domain/report-recommendations.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { readAlarms } from './alarm-rows.ts';
import { readCapacity } from './capacity.ts';
import { readCorrections } from './correction-rows.ts';
import { readDetection, readResponses } from './detection-rows.ts';
import { type Moment, readMoment, readZone } from './head-rows.ts';
import { readMoney, readTransactions } from './money-rows.ts';
import { readRange } from './range.ts';
import { readChecklists, readEscalations, readHealthDays, readLog } from './record-rows.ts';
import { readSecurity } from './security.ts';
import { LONG_STATEMENT_MS, type Stretch } from './stretch.ts';

/** What a report is asked for. Times as people write them; null: what the kind is usually of (`readRange`). */
export type ReportOrder = { readonly kind: ReportKind; readonly from: string | null; readonly to: string | null };

/** How far it has come: parts that were read, of how many. */
export type ReportProgress = { readonly done: number; readonly parts: number };

type MakeOptions = {
  /** A connection of its own: neither detection nor a screen waits for it. */
  readonly database: Pick<FestivalDatabase, 'read'>;
  readonly order: ReportOrder;
  /** Whose days are counted where the festival has set no zone. */
  readonly timeZone: string;
  /** What the doctor says of this login: a security review has it. */
  readonly examine: () => Promise<readonly DoctorFinding[]>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReportProgress) => void) | undefined;
  /** By another clock than the database's: tests make the same report twice. */
  readonly takenAt?: string;
};

/**
 * Makes a report of one moment, from one snapshot that blocks nobody (docs/reports.md). Sums are made in the database, and lists
 * have an end: memory stays bounded.
 * @throws RangeRefused; AbortError when it is cancelled; the driver's error when the festival's database does not answer
 */
export const makeReport = (options: MakeOptions): Promise<Report> =>
  options.database.read(
    async (tx) => {
      const { order, signal, takenAt } = options;
      const timeZone = await readZone(tx, options.timeZone);
      const read = await readMoment(tx);
      const moment = { ...read, takenAt: takenAt ?? read.takenAt };
      const range = await readRange(tx, order.kind, order, { zone: timeZone, now: moment.takenAt });
      signal?.throwIfAborted();
      return reportSchema.parse(
        await readReport(tx, order.kind, { stretch: { ...range, timeZone }, moment, ...options }),
      );
    },
    { statementTimeoutMs: LONG_STATEMENT_MS },
  );

type Of = Pick<MakeOptions, 'examine' | 'signal' | 'onProgress'> & {
  readonly stretch: Stretch;
  readonly moment: Moment;
};

const readReport = async (tx: Transaction, kind: ReportKind, of: Of): Promise<Report> => {
  const { stretch, moment } = of;
  switch (kind) {
    case 'day':
    case 'week':
    case 'final':
      return readFestivalReport(tx, kind, of);
    case 'capacity':
    case 'security': {
      const part = inParts(of, 3);
      const head = { ...stretch, ...moment, transactions: await part(readTransactions(tx, stretch)) };
      if (kind === 'capacity') return { head: { kind, ...head }, ...(await part(readCapacity(tx, stretch))) };
      const doctor = await part(of.examine());
      return part(readSecurity(tx, stretch, { head: { kind, ...head }, doctor }));
    }
  }
};

/** Tells how far it has come, and ends between two parts where it was cancelled. */
const inParts = ({ signal, onProgress }: Pick<MakeOptions, 'signal' | 'onProgress'>, parts: number) => {
  let done = 0;
  onProgress?.({ done, parts });
  return async <Part>(part: Promise<Part>): Promise<Part> => {
    const read = await part;
    signal?.throwIfAborted();
    done += 1;
    onProgress?.({ done, parts });
    return read;
  };
};

const readFestivalReport = async (tx: Transaction, kind: 'day' | 'week' | 'final', of: Of): Promise<FestivalReport> => {
  const { stretch, moment } = of;
  const part = inParts(of, 9);
  const { money, transactions } = await part(readMoney(tx, stretch));
  const facts = {
    head: { kind, ...stretch, ...moment, transactions },
    money,
    detection: await part(readDetection(tx, stretch)),
    responses: await part(readResponses(tx, stretch, moment.takenAt)),
    escalations: await part(readEscalations(tx, stretch)),
    corrections: await part(readCorrections(tx, stretch, kind === 'final')),
    alarms: await part(readAlarms(tx, stretch, moment.takenAt)),
    health: await part(readHealthDays(tx, stretch)),
    log: await part(readLog(tx, stretch)),
    checklists: await part(readChecklists(tx, stretch)),
  };
  return { ...facts, recommendations: recommendationsOf(facts) };
};
