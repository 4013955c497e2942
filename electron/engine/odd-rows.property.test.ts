import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';
import { AMOUNTS, FLOATS, IDS, JSONS, type OddValue, STATUSES, TIMES, WORDS } from '../testing/odd-values.ts';

const world = engineWorld();
const { festival, events, tail } = world;
const run = (text: string, values: unknown[] = []) => world.database.admin.query(text, values);

const oneOf = (values: readonly OddValue[]): fc.Arbitrary<OddValue> => fc.constantFrom(...values);

const row = (amounts: fc.Arbitrary<OddValue>) =>
  fc.record({
    ...{ card: oneOf(IDS), type: fc.constantFrom(...WORDS), status: fc.constantFrom(...STATUSES) },
    ...{ time: oneOf(TIMES), details: fc.constantFrom(...JSONS) },
    ...{ amount: amounts, previous: amounts, next: amounts, scanned: oneOf(IDS), device: oneOf(IDS) },
  });
type OddRow = ReturnType<typeof row> extends fc.Arbitrary<infer Row> ? Row : never;

const insert = async (odd: OddRow): Promise<{ log: string; scan: string }> => {
  const { rows: log } = await run(
    `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning log_id`,
    [
      ...[odd.card.text, odd.type, odd.status, odd.amount.text, odd.previous.text, odd.next.text, odd.time.text],
      odd.details,
    ],
  );
  const { rows: scan } = await run(
    `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp) values ($1, $2, $3, $4)
     returning scan_log_id`,
    [odd.scanned.text, odd.status, odd.device.text, odd.time.text],
  );
  return { log: String(log[0].log_id), scan: String(scan[0].scan_log_id) };
};

/** Columns that must be named for a row. */
const namedColumns = (odd: OddRow): string[] =>
  [
    ...[odd.amount.odd && 'amount_involved', odd.card.odd && 'card_id', odd.next.odd && 'new_balance'],
    odd.previous.odd && 'previous_balance',
  ].filter((name) => typeof name === 'string');

const SEEDS = [20_260_703, 4_711];
const ROWS = 40;
/** Rows between two cycles. */
const AT_ONCE = 5;

describe.each([
  ['numeric without scale', oneOf(AMOUNTS), 'numeric'],
  ['float', oneOf(FLOATS), 'float8'],
  ['text', oneOf(AMOUNTS), 'text'],
] as const)('rows with any value that Postgres accepts, amounts as %s', (_, amounts, type) => {
  it.each(SEEDS)('lose no cycle, no fault, and each is named (seed %i)', async (seed) => {
    await run(
      `alter table app_transaction_log alter amount_involved type ${type}, alter previous_balance type ${type},
         alter new_balance type ${type}, alter transaction_type drop not null, alter status drop not null`,
    );
    for (let card = 0; card < ROWS / AT_ONCE; card += 1) await festival.card(`G${card}`, 50);
    await world.engine.runCycle('critical');
    const odd = fc.sample(row(amounts), { seed, numRuns: ROWS });
    const written: { log: string; scan: string; odd: OddRow }[] = [];
    for (let start = 0; start < ROWS; start += AT_ONCE) {
      for (const one of odd.slice(start, start + AT_ONCE)) written.push({ ...(await insert(one)), odd: one });
      const card = `G${start / AT_ONCE}`;
      await festival.failedOrder(card, 5, { takes: 5 });
      await tail();
      expect((await events('balance_deduction_on_failure')).map((event) => event.card_id)).toContain(card);
    }
    await world.engine.runCycle('critical');
    await world.engine.runCycle('snapshot');
    await world.engine.recompute();
    expect(await events('ledger_drift')).toEqual([]);

    const { rows: aside } = await run(`select source, row_id, jsonb_agg(column_name order by column_name) as columns
      from console.set_aside where resolved_at is null group by source, row_id`);
    const named = new Map(aside.map((one) => [`${one.source} ${one.row_id}`, one.columns]));
    for (const { log, odd: one } of written) {
      const wanted = namedColumns(one);
      expect(named.get(`transactions ${log}`) ?? []).toEqual(wanted);
    }
    const { rows: clocks } = await run('select log_id from console.recent_transactions where stated_at is not null');
    expect(clocks.map(({ log_id: id }) => id).sort()).toEqual(
      written
        .filter(({ odd: one }) => one.time.odd)
        .map(({ log }) => log)
        .sort(),
    );
    expect((await run(`select error from console.cycles where error is not null`)).rows).toEqual([]);
    expect(await events('wrong_clock')).not.toEqual([]);
  });
});
