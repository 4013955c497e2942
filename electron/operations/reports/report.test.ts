import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FestivalReport, Report } from '../../../shared/domain/report.ts';
import { TaskCutOff } from '../../lib/side-thread.ts';
import { createReportFiles } from '../../report-files/report-files.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { writeReportedFestival } from '../../testing/report-festival.ts';
import {
  alarmsBySql,
  checklistsBySql,
  correctionsBySql,
  dayOf,
  detectionBySql,
  escalationsBySql,
  expectRows,
  healthBySql,
  logBySql,
  moneyBySql,
  responsesBySql,
} from '../../testing/report-figures.ts';
import { writeReport } from './formats.ts';
import { makeReport, type ReportOrder } from './make-report.ts';
import { RangeRefused } from './range.ts';
import { hashReport, ReportFileRefused, readReportJson, writeReportJson } from './report-file.ts';

/* One festival of two days: 20,000 orders, two hundred faults and what became of them, corrections, messages, log and checklists. Each
   figure of its report is compared with SQL as anybody would write it (electron/testing/report-figures.ts). */
let database: TestDatabase;
const errors: unknown[] = [];
const FROM = '2026-07-03T22:00:00.000Z';

const makeOf = (order: ReportOrder, takenAt?: string): Promise<Report> =>
  makeReport({
    database: database.festival,
    order,
    timeZone: 'Europe/Paris',
    examine: async () => [{ code: 'tls_off', level: 'warning', params: {} }],
    ...(takenAt === undefined ? {} : { takenAt }),
  });
const makeFinal = async (takenAt?: string): Promise<FestivalReport> =>
  (await makeOf({ kind: 'final', from: FROM, to: null }, takenAt)) as FestivalReport;

/** One row of plain SQL, as text. */
const ask = async (text: string, ...values: unknown[]): Promise<Record<string, string>> =>
  (await database.admin.query<Record<string, string>>(text, values)).rows[0] ?? {};
const centsOf = (amount: string | undefined): number => Math.round(Number(amount) * 100);

let report: FestivalReport;
beforeAll(async () => {
  database = await createTestDatabase();
  await writeReportedFestival(database, { from: FROM, errors });
  report = await makeFinal();
});
afterAll(() => database.close());

describe('a final report', () => {
  const of = () => ({ from: report.head.from, to: report.head.to, zone: report.head.timeZone });

  it('says what was taken, on each day, at each bar and of each type', async () => {
    const { total, places, days, types, orders } = report.money;
    const bySql = await moneyBySql(database.admin, of());
    expect(total).toEqual(bySql.total);
    expect(total.transactions).toBeGreaterThan(20_000);
    expect(days.rows).toEqual(bySql.days);
    expectRows(places.rows, bySql.places);
    expectRows(types.rows, bySql.types);
    for (const list of [places, days]) {
      expect(list.rows.reduce((sum, row) => sum + row.takings, 0)).toBe(total.takings);
      expect(list.rows.reduce((sum, row) => sum + row.transactions, 0)).toBe(total.transactions);
    }
    // Orders that only the log has are those of the faults.
    const ofOrders = orders?.places.rows.filter(({ byOrders }) => byOrders !== 0) ?? [];
    expectRows(ofOrders, bySql.orders);
    expect(orders).toMatchObject({
      byLog: total.takings,
      byOrders: bySql.orders.reduce((sum, row) => sum + row.byOrders, 0),
    });
  });

  it('says what is on cards by the cards and by the log, and which cards make the difference', async () => {
    const { liabilities } = report.money;
    const { cards, differing } = await moneyBySql(database.admin, of());
    expect(liabilities).toMatchObject(cards ?? {});
    expect(liabilities.negativeCards).toBe(20);
    expect(liabilities.difference).toBe(liabilities.onCards - liabilities.byLog);
    expect(liabilities.difference).toBe(differing.reduce((sum, row) => sum + row.difference, 0));
    // A hundred that lost to a failed order, sixty without any row, and the two above.
    expect(differing).toHaveLength(162);
    expectRows(liabilities.differing.rows, differing);
    expect(liabilities.differing.rows[0]).toEqual({ cardId: 'taken', onCard: 800, byLog: 2_000, difference: -1_200 });
    expect(report.recommendations[0]).toEqual({
      rule: 'cards_differ',
      params: { count: 162, amount: liabilities.difference },
    });
  });

  it('has each alert with its delay, its answer and its end', async () => {
    const { detectors, days, issues } = report.detection;
    const bySql = await detectionBySql(database.admin, of());
    expectRows(detectors.rows, bySql.detectors);
    expect(detectors.rows.some(({ delay }) => delay !== null && delay.most > 0)).toBe(true);
    expect(days.rows).toEqual(bySql.days);
    expectRows(issues.rows, bySql.issues);
    expect(detectors.rows.reduce((sum, row) => sum + row.found, 0)).toBeGreaterThan(200);
    expect(issues.rows.length).toBeGreaterThan(40);
  });

  it('says how soon people answered, by the guide’s response times', async () => {
    expectRows(report.responses, await responsesBySql(database.admin, of()));
    for (const word of ['inTime', 'late', 'unanswered', 'cleared'] as const) {
      expect(report.responses.reduce((sum, row) => sum + row[word], 0)).toBeGreaterThan(0);
    }
  });

  it('has the messages of the escalation by what became of them', async () => {
    const bySql = await escalationsBySql(database.admin, of());
    expectRows(report.escalations.rows, bySql);
    for (const word of ['sent', 'failed', 'unknown', 'cancelled', 'pending'] as const) {
      expect(bySql.reduce((sum, row) => sum + row[word], 0)).toBeGreaterThan(0);
    }
  });

  it('has the figures of alarm quality, whole and by the day', async () => {
    const { figures, days, floods } = report.alarms;
    const stretches = days.rows.map(({ day, figures: ofDay }) => ({ of: ofDay, stretch: { ...of(), ...dayOf(day) } }));
    for (const { of: said, stretch } of [{ of: figures, stretch: of() }, ...stretches]) {
      const bySql = await alarmsBySql(database.admin, stretch);
      const { severities, loudest, loudestShare, chattering, ...counted } = said;
      expect({ ...counted, ...severities, INFO: undefined }).toEqual({
        ...bySql.figures,
        ...{ perOperator: expect.closeTo(bySql.figures?.perOperator ?? -1, 6) as number },
      });
      const ofSource = ({ chatters: _, ...source }: (typeof bySql.sources)[number]) => source;
      const most = bySql.sources.map(({ alarms }) => alarms).sort((a, b) => b - a);
      expect(loudest.map(({ alarms }) => alarms)).toEqual(most.slice(0, 10));
      expect(bySql.sources.map(ofSource)).toEqual(expect.arrayContaining(loudest));
      expect(loudestShare).toBeCloseTo(most.slice(0, 10).reduce((sum, n) => sum + n, 0) / said.alarms, 9);
      const chatter = bySql.sources.filter(({ chatters }) => chatters === true).map(ofSource);
      expect(chattering).toHaveLength(chatter.length);
      expect(chattering).toEqual(expect.arrayContaining(chatter));
      if (said === figures) expect(floods).toBe(bySql.floods);
    }
    expect([figures.flooded > 0, figures.chattering.length > 0, figures.standing > 0, floods]).toEqual([
      true,
      true,
      true,
      1,
    ]);
  });

  it('has the health of each day, the log’s decisions, and the checklists', async () => {
    expectRows(report.health.rows, await healthBySql(database.admin, of()));
    const log = await logBySql(database.admin, of());
    expectRows(report.log.kinds, log.kinds);
    expectRows(report.log.entries.rows, log.entries);
    expect(report.log.entries.rows.map(({ text, struck }) => [text, struck])).toEqual([
      ['Bar du Lac: closed', false],
      ['reader 7 swapped', true],
      ['supplier called', false],
    ]);
    expectRows(report.checklists.rows, await checklistsBySql(database.admin, of()));
    expect(report.checklists.rows).toMatchObject([
      { listId: 'ours', signedBy: 'Léa', overrides: [] },
      { listId: 'monthly', signedBy: null, overrides: [{ item: 'security-alerts', by: 'Ana' }] },
    ]);
  });

  it('has each correction with its author and approver, and they reconcile', async () => {
    const { total, kinds, people, days, places, list, reconciled } = report.corrections;
    const bySql = await correctionsBySql(database.admin, of());
    expect(total).toEqual(bySql.total);
    expectRows(kinds.rows, bySql.kinds);
    expectRows(people.rows, bySql.people);
    expectRows(days.rows, bySql.days);
    expectRows(places.rows, bySql.places);
    expect(total).toMatchObject({ count: 2, undone: 0, given: 6_500, taken: 0, ledger: 0 });
    expect(kinds.rows).toMatchObject([{ of: 'restore_card', count: 2, given: 6_500 }]);
    expect(people.rows.map(({ of, given }) => [of, given])).toEqual([
      ['Ana', 6_000],
      ['Léa', 500],
    ]);
    expect(list.rows).toMatchObject([
      { author: 'Léa', approver: null, cardDelta: 500 },
      { author: 'Ana', approver: 'Noé', cardDelta: 6_000 },
    ]);
    expect(reconciled).toMatchObject({ ok: true, corrections: 2, broken: [] });
  });

  it('says of which data it is', async () => {
    const ends = await ask(
      `select min(log_id) as first, max(log_id) as last from app_transaction_log where timestamp >= '${FROM}'`,
    );
    const identity = await ask('select festival_id::text as id, current_database() as database from console.identity');
    const audit = await ask(`select seq::text, encode(hash, 'hex') as hash from console.audit_head`);
    const { head } = report;
    expect(head.festival).toMatchObject(identity);
    expect([head.transactions.first?.id, head.transactions.last?.id]).toEqual([ends.first, ends.last]);
    expect(head.audit).toEqual({ seq: Number(audit.seq), hash: audit.hash });
    expect(head.from).toBe(FROM);
  });

  it('is the same from the same data by the same clock, and has another hash from other data', async () => {
    const again = await makeFinal(report.head.takenAt);
    expect(hashReport(again).sha256).toBe(
      hashReport({ ...report, head: { ...report.head, to: again.head.to } }).sha256,
    );
    expect(hashReport({ ...again, head: { ...again.head, timeZone: 'UTC' } }).sha256).not.toBe(
      hashReport(again).sha256,
    );
  });
});

describe('a report on sums that were tampered with', () => {
  /** What is reported of a tampering, which is undone afterwards. */
  const afterTampering = async (tamper: string, undo: string): Promise<FestivalReport> => {
    await database.admin.query(tamper);
    try {
      return await makeFinal();
    } finally {
      await database.admin.query(undo);
    }
  };
  const request = "md5('order 7')";

  it('says by how much, at which bar and with which order, when the log was', async () => {
    const edit = (sign: string) =>
      `update app_transaction_log set amount_involved = amount_involved ${sign} 2.50 where client_request_id = ${request}`;
    const { money } = await afterTampering(edit('+'), edit('-'));
    const row = await ask(
      `select log_id, card_id, amount_involved from app_transaction_log where client_request_id = ${request}`,
    );
    expect(money.orders?.difference).toBe(250);
    expect(money.orders?.places.rows.filter(({ difference }) => difference !== 0)).toMatchObject([
      { place: 'Bar Électro', difference: 250 },
    ]);
    expect(money.orders?.differing.rows).toEqual([
      {
        ...{ place: 'Bar Électro', cardId: row.card_id, logId: row.log_id },
        ...{ request: (await ask(`select ${request} as request`)).request },
        ...{ byLog: centsOf(row.amount_involved) + 250, byOrders: centsOf(row.amount_involved) },
      },
    ]);
    expect(money.liabilities.differing.rows).toContainEqual(
      expect.objectContaining({ cardId: row.card_id, difference: 250 }),
    );
  });

  it('says which card, when a card was', async () => {
    const edit = (sign: string) => `update table_cards set amount = amount ${sign} 100 where id = 'visitor-00042'`;
    const { money } = await afterTampering(edit('+'), edit('-'));
    expect(money.liabilities.differing.rows[0]).toMatchObject({ cardId: 'visitor-00042', difference: 10_000 });
    expect(money.orders).toMatchObject({ difference: 0 });
  });

  it('names the rule and the row, when a correction was', async () => {
    const edit = (sign: string) =>
      `update console.corrections set card_delta = card_delta ${sign} 1 where operator = 'Léa'`;
    const { corrections } = await afterTampering(edit('+'), edit('-'));
    expect(corrections.reconciled?.ok).toBe(false);
    expect(corrections.reconciled?.broken.map(({ invariant }) => invariant)).toContain('not_edited');
  });
});

describe('a stretch', () => {
  it('is the festival’s day, from midnight to midnight, also when clocks change', async () => {
    const day = await makeOf({ kind: 'day', from: '2026-10-25', to: null });
    expect([day.head.from, day.head.to]).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
    const week = await makeOf({ kind: 'week', from: null, to: '2026-07-06' });
    expect([week.head.from, week.head.to]).toEqual(['2026-06-28T22:00:00.000Z', '2026-07-05T22:00:00.000Z']);
  });

  it('is refused where it is none', async () => {
    for (const range of [
      { from: '2026-07-05', to: '2026-07-05' },
      { from: '2026-06-31', to: null },
      { from: 'yesterday', to: null },
    ]) {
      await expect(makeOf({ kind: 'day', ...range })).rejects.toThrow(RangeRefused);
    }
  });
});

describe('a review', () => {
  it('of capacity has days, sizes and sources, and no line through two days', async () => {
    const review = await makeOf({ kind: 'capacity', from: FROM, to: null });
    if (!('forecasts' in review)) throw new Error('not a capacity review');
    const hour = await ask(
      `select max(n) as most from (select count(*) as n from app_transaction_log
        where timestamp >= '${FROM}' and transaction_type <> 'manual_correction' group by date_trunc('hour', timestamp)) as hours`,
    );
    expect(review.figures.find(({ id }) => id === 'busiest_hour')?.value).toBe(Number(hour.most));
    expect(review.figures.every(({ source }) => source !== '')).toBe(true);
    expect(review.forecasts).toEqual([]);
    expect(review.tables.rows.some(({ table }) => table === 'public.app_transaction_log')).toBe(true);
  });

  it('of security has people, logins, what the doctor says, and the trail verified', async () => {
    await ask(`select count(console.append_audit('regie-test', 'booth-1', 'refused', 'command:x',
      jsonb_build_object('code', 'code ' || n))) from generate_series(1, 1100) as n`);
    const review = await makeOf({ kind: 'security', from: FROM, to: null });
    if (!('chain' in review)) throw new Error('not a security review');
    const { count } = await ask('select count(*) from console.audit');
    const { refused } = await ask(`select count(*) as refused from console.audit where action = 'refused'`);
    expect([review.refused.rows.length, review.refused.left]).toEqual([1_000, Number(refused) - 1_000]);
    expect(review.figures.find(({ id }) => id === 'refused')?.value).toBe(Number(refused));
    expect(review.chain).toEqual({ ok: true, rows: Number(count), seq: null, what: null });
    expect(review.operators.rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['Ana', 'Léa', 'Noé']));
    expect(review.logins.rows).toContainEqual({ login: 'regie_test_login', why: 'regie_console' });
    expect(review.doctor).toEqual([{ code: 'tls_off', level: 'warning', params: {} }]);
  });
});

/** What it makes, and the processor time that this thread works for it, microseconds. */
const workOf = async <T>(make: () => Promise<T>): Promise<[T, number]> => {
  const before = process.threadCpuUsage();
  const made = await make();
  const { user, system } = process.threadCpuUsage(before);
  return [made, user + system];
};

describe('as a file', () => {
  const signature = { by: 'Ana', role: 'supervisor', laptop: 'booth-1', at: '2026-07-06T08:00:00Z' };
  const bytesOf = async (format: 'pdf' | 'csv' | 'json', of: FestivalReport = report, language: 'en' | 'fr' = 'fr') =>
    Buffer.from(await writeReport(hashReport(of), { format, language, signature }));

  it.each(['pdf', 'csv', 'json'] as const)('has the same bytes each time: %s', async (format) => {
    expect((await bytesOf(format)).equals(await bytesOf(format))).toBe(true);
  });

  it('is read again as JSON, and refused where a figure was changed', () => {
    const text = writeReportJson(hashReport(report), signature);
    expect(readReportJson(text)).toEqual({ ...hashReport(report), signature });
    const { onCards } = report.money.liabilities;
    expect(() => readReportJson(text.replace(`"onCards":${onCards}`, `"onCards":${onCards + 1}`))).toThrow(
      ReportFileRefused,
    );
    expect(() => readReportJson('{}')).toThrow(ReportFileRefused);
  });

  it('has in CSV no text that a spreadsheet would compute, and numbers that are numbers', async () => {
    const [first] = report.corrections.list.rows;
    if (first === undefined) throw new Error('no correction');
    const odd = { ...first, reason: '=HYPERLINK("https://example.org")', author: '@SUM(A1)', cardDelta: -550 };
    const files = unzipSync(
      await bytesOf('csv', { ...report, corrections: { ...report.corrections, list: { rows: [odd], left: 0 } } }),
    );
    const text = new TextDecoder().decode(files['corrections.csv']);
    const [head = '', row = ''] = text.split('\r\n');
    expect(head).toMatch(/^(\uFEFF)?at,kind,card,card_delta,ledger_delta,author,approver,undone,reason,place,alert$/);
    expect(row).toContain('"\'=HYPERLINK(""https://example.org"")"');
    expect(row).toContain('"\'@SUM(A1)"');
    expect(row).toContain(',-5.5,0,');
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['figures-of-report.csv', 'takings_by_place.csv', 'issues.csv']),
    );
  });

  it('is a tagged PDF of A4 pages with its fonts, which can be read from its table of objects', async () => {
    const text = (await bytesOf('pdf')).toString('latin1');
    // Each place that the table of objects names has that object.
    const table = /xref\n0 (\d+)\n([\s\S]+?)trailer/.exec(text);
    const entries = (table?.[2] ?? '').trim().split('\n');
    expect(entries).toHaveLength(Number(table?.[1]));
    for (const [id, entry] of entries.entries()) {
      if (entry.includes(' n')) expect(text.startsWith(`${id} 0 obj`, Number(entry.slice(0, 10)))).toBe(true);
    }
    expect(text).toContain('/Marked true');
    expect(text).toContain('/Lang (fr)');
    for (const tag of ['Document', 'H1', 'H2', 'Table', 'TH', 'TD', 'Figure']) expect(text).toContain(`/S /${tag}\n`);
    const pages = text.match(/\/Type \/Page\n/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(2);
    expect(text.match(/\/MediaBox \[0 0 595\.28 841\.89\]/g)).toHaveLength(pages);
    expect(text).toMatch(/\/FontFile2 /);
    expect(text).not.toMatch(/\/BaseFont \/Helvetica/);
  });

  it('is written beside the main thread, with the same bytes and hash, and given up when the console closes', async () => {
    const [folder, files] = [mkdtempSync(join(tmpdir(), 'regie-reports-')), createReportFiles()];
    try {
      const { json, ...about } = await files.hash({ report });
      const { sha256 } = hashReport(report);
      expect(about).toEqual({ sha256, head: report.head, differs: true });
      const path = join(folder, 'report.json');
      writeFileSync(path, json);
      expect(await files.about({ path })).toEqual(about);
      const how = { path, format: 'pdf', language: 'fr', signature } as const;
      const [{ name, bytes }, beside] = await workOf(() => files.write(how));
      const [here, alone] = await workOf(() => bytesOf('pdf'));
      // A thread that waits has nothing to do but take the bytes.
      expect(beside).toBeLessThan(alone / 2);
      expect(name).toBe(`regie-final-2026-07-04-${sha256.slice(0, 8)}-fr.pdf`);
      expect(Buffer.from(bytes).equals(here)).toBe(true);
      writeFileSync(path, json.replace('"cards":', '"cards":1'));
      await expect(files.write(how)).rejects.toThrow('not the report whose hash it names');
      writeFileSync(path, json);
      await Promise.all([expect(files.write(how)).rejects.toBeInstanceOf(TaskCutOff), files.close()]);
    } finally {
      await files.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
