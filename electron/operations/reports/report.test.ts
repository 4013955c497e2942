import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FestivalReport, Report } from '../../../shared/domain/report.ts';
import { aCorrection, correctionWorld } from '../../testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { ageComparisons, createTestEngine } from '../../testing/engine.ts';
import { festivalOf } from '../../testing/festival.ts';
import { approve, propose } from '../../testing/proposals.ts';
import { writeOrders } from '../../testing/report-day.ts';
import { applyTo } from '../../testing/submit.ts';
import { writeReport } from './formats.ts';
import { makeReport, type ReportOrder } from './make-report.ts';
import { RangeRefused } from './range.ts';
import { hashReport, ReportFileRefused, readReportJson, writeReportJson } from './report-file.ts';

/* One festival of two days, with faults, corrections and answers. Each figure of its report is compared with SQL as anybody would
   write it. */
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
  const { admin, festival: consoles } = database;
  await writeOrders(database, { orders: 3_000, cards: 300, from: FROM });
  const festival = festivalOf(database);
  // A failed order that took its money, a card that lost some without any row, and a reader that hangs.
  await festival.cardThatLost('taken', 12, { left: 8 });
  await festival.card('drained', 30);
  await festival.changeCard('drained', -4.5);
  for (let i = 0; i < 3; i += 1) await festival.failedOrder('taken', 3, { pointOfSale: 'Bar 9' });
  const engine = createTestEngine({ database, errors });
  for (let cycles = 0; cycles < 3; cycles += 1) {
    await engine.runCycle('critical');
    await ageComparisons(database);
  }
  const build = correctionWorld(database);
  const small = await build.card('10.00', '15.00');
  const settled = aCorrection(small);
  await applyTo(() => consoles)('correction.apply', {
    ...{ operationId: settled.operationId, eventId: null, cardId: small, kind: 'restore_card' },
    ...{ cardDeltaCents: 500, ledgerDeltaCents: 0, seenActualCents: 1_000, seenExpectedCents: 1_500 },
    ...{ originalTransaction: null, reason: 'taken by a failed order' },
  });
  const large = await build.card('10.00', '70.00');
  const sixty = { cardDelta: '60.00', seenExpected: '70.00', operator: 'Ana' };
  const { proposalId } = await propose(consoles, aCorrection(large, sixty));
  await approve(consoles, 'Noé', proposalId);
  await admin.query(`update console.alerts set first_acknowledged_at = now(), acknowledged_by = 'Léa', cleared_at = null
    where event_id in (select min(event_id) from monitoring_events where severity <> 'INFO')`);
  await engine.runCycle('critical');
  report = await makeFinal();
}, 60_000);
afterAll(() => database.close());

describe('a final report', () => {
  it('says what was taken, as anybody would sum it', async () => {
    const { total, places, days, types } = report.money;
    const inTime = `timestamp >= '${FROM}'`;
    const sums = await ask(
      `select sum(amount_involved) filter (where status = 'completed' and transaction_type = 'bar_order') as takings,
         sum(amount_involved) filter (where status = 'completed' and transaction_type like '%_recharge') as top_ups,
         count(*) filter (where status = 'failed') as failed, count(*) filter (where transaction_type <> 'manual_correction') as count
       from app_transaction_log where ${inTime}`,
    );
    expect(total).toEqual({
      transactions: Number(sums.count),
      failed: Number(sums.failed),
      takings: centsOf(sums.takings),
      topUps: centsOf(sums.top_ups),
    });
    const lake = await ask(
      `select sum(amount_involved) as takings, count(*) as count from app_transaction_log
       where ${inTime} and status = 'completed' and details ->> 'point_of_sale' = 'Bar du Lac'`,
    );
    expect(places.rows.find(({ place }) => place === 'Bar du Lac')?.takings).toBe(centsOf(lake.takings));
    const day = await ask(
      `select sum(amount_involved) as takings from app_transaction_log
       where status = 'completed' and transaction_type = 'bar_order'
         and timestamp >= '2026-07-05 00:00 Europe/Paris' and timestamp < '2026-07-06 00:00 Europe/Paris'`,
    );
    expect(days.rows.find((row) => row.day === '2026-07-05')?.takings).toBe(centsOf(day.takings));
    for (const list of [places, days]) {
      expect(list.rows.reduce((sum, row) => sum + row.takings, 0)).toBe(total.takings);
      expect(list.rows.reduce((sum, row) => sum + row.transactions, 0)).toBe(total.transactions);
    }
    expect(types.rows.find(({ type, status }) => type === 'manual_correction' && status === 'completed')?.count).toBe(
      2,
    );
  });

  it('says what is on cards by the cards and by the log, and which cards make the difference', async () => {
    const { liabilities } = report.money;
    const cards = await ask('select count(*) as cards, sum(amount) as amount from table_cards');
    expect(liabilities.cards).toBe(Number(cards.cards));
    expect(liabilities.onCards).toBe(centsOf(cards.amount));
    const log = await ask(
      `select sum(case when transaction_type = 'bar_order' then -amount_involved
         when transaction_type = 'manual_correction' then (details ->> 'ledger_delta')::numeric else amount_involved end) as amount
       from app_transaction_log where status = 'completed'`,
    );
    expect(liabilities.byLog).toBe(centsOf(log.amount));
    expect(liabilities.difference).toBe(liabilities.onCards - liabilities.byLog);
    expect(liabilities.differing).toEqual({
      rows: [
        { cardId: 'taken', onCard: 800, byLog: 2_000, difference: -1_200 },
        { cardId: 'drained', onCard: 2_550, byLog: 3_000, difference: -450 },
      ],
      left: 0,
    });
    expect(report.recommendations[0]).toEqual({ rule: 'cards_differ', params: { count: 2, amount: -1_650 } });
  });

  it('has each alert with its delay, its answer and its end', async () => {
    const { detectors, issues } = report.detection;
    const found = await ask(`select count(*) as found from monitoring_events where severity <> 'INFO'`);
    expect(detectors.rows.reduce((sum, row) => sum + row.found, 0)).toBe(Number(found.found));
    expect(detectors.rows.find(({ algorithm }) => algorithm === 'balance_deduction_on_failure')).toMatchObject({
      ...{ severity: 'CRITICAL', found: 1, amount: 1_200 },
    });
    expect(
      issues.rows.some(({ algorithm, cardId }) => algorithm === 'balance_deduction_on_failure' && cardId === 'taken'),
    ).toBe(true);
    const answered = report.responses.reduce((sum, { inTime, late }) => sum + inTime + late, 0);
    expect(answered).toBe(1);
    const leads = await ask(
      `select count(*) as alerts from monitoring_events join console.alerts using (event_id)
       where severity = 'CRITICAL' and incident_id = event_id`,
    );
    const critical = report.responses.find(({ severity }) => severity === 'CRITICAL');
    expect(critical).toMatchObject({ limit: 120_000, alerts: Number(leads.alerts) });
    expect(report.alarms.figures.alarms).toBe(issues.rows.length + issues.left);
  });

  it('has each correction with its author and approver, and they reconcile', () => {
    const { total, kinds, people, list, reconciled } = report.corrections;
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
});
