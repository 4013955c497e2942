import { describe, expect, it } from 'vitest';
import { engineWorld } from '../../testing/engine-world.ts';

const world = engineWorld();
const { festival, events, count, tail } = world;

const run = (text: string, values: unknown[] = []) => world.database.admin.query(text, values);
const openGaps = async () =>
  (await run('select source, first_id, last_id from console.watermark_gaps order by source, first_id')).rows;
const failedAt = (logId: number | string, card: string) =>
  run(
    `insert into app_transaction_log (log_id, card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
     values ($1, $2, 'bar_order', 'failed', 5, 10, 5)`,
    [logId, card],
  );

describe('ids that are missing', () => {
  it('are one range between two rows, however many: a sequence in steps of a thousand, or set far ahead', async () => {
    await run('alter sequence app_transaction_log_log_id_seq increment by 1000');
    await festival.card('A', 20);
    await run(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
       select 'O' || n, 'bar_order', 'completed', 1 from generate_series(1, 300) as n`,
    );
    await run(`select setval('app_transaction_log_log_id_seq', 900000000000)`);
    await festival.failedOrder('A', 5, { takes: 5 });
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    expect((await openGaps()).length).toBe(301);
    expect(await events('balance_deduction_on_failure')).toMatchObject([{ card_id: 'A', affected_amount: '5.00' }]);
  });

  it('are taken out of their range as they appear, in any order, each row once', async () => {
    await failedAt(1, 'FIRST');
    await failedAt(1_000_000, 'LAST');
    await tail();
    expect(await openGaps()).toEqual([{ source: 'transactions', first_id: '2', last_id: '999999' }]);
    for (const [logId, card] of [
      [500, 'B'],
      [2, 'A'],
      [999_999, 'D'],
      [501, 'C'],
    ] as const) {
      await failedAt(logId, card);
      await tail();
      await tail();
    }
    expect((await events('balance_deduction_on_failure')).map((event) => event.card_id)).toEqual([
      ...['FIRST', 'LAST', 'B', 'A', 'D', 'C'],
    ]);
    expect(await openGaps()).toEqual([
      { source: 'transactions', first_id: '3', last_id: '499' },
      { source: 'transactions', first_id: '502', last_id: '999998' },
    ]);
  });

  it('may be more than a cycle looks up: the newest are looked up each time, the others in turn', async () => {
    await run(
      `insert into app_transaction_log (log_id, card_id, transaction_type, status, amount_involved)
       select n * 10, 'A' || n, 'bar_order', 'completed', 1 from generate_series(1, 10000) as n`,
    );
    for (let cycle = 0; cycle < 3; cycle += 1) await tail();
    expect((await openGaps()).length).toBe(10_000);
    await run(`update console.watermark_gaps set noticed_at = noticed_at - last_id * interval '1 millisecond'`);
    await failedAt(55_555, 'MIDDLE');
    for (let cycle = 0; cycle < 6; cycle += 1) await tail();
    expect((await events('balance_deduction_on_failure')).map((event) => event.card_id)).toEqual(['MIDDLE']);
  });

  it('are the same in the log of scans', async () => {
    const scan = (id: number) =>
      run(
        `insert into nfc_scan_log (scan_log_id, card_id_scanned, scan_status, device_identifier) values ($1, 'A', 'success', 'r')`,
        [id],
      );
    await scan(1);
    await scan(5_000_000_000);
    await tail();
    expect(await openGaps()).toEqual([{ source: 'scans', first_id: '2', last_id: '4999999999' }]);
    await scan(70);
    await tail();
    expect((await run('select scan_log_id from console.recent_scans order by arrival')).rows).toEqual([
      ...[{ scan_log_id: '1' }, { scan_log_id: '5000000000' }, { scan_log_id: '70' }],
    ]);
  });
});

describe('rows that are undecided', () => {
  it('are looked up in turn where they are many, and each is found when it is decided', async () => {
    await run(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       select 'A' || n, 'bar_order', 'initiated', 5, 10, 5 from generate_series(1, 9000) as n`,
    );
    await tail();
    await tail();
    await run(`update console.unsettled set noticed_at = noticed_at + log_id * interval '1 millisecond'`);
    await run(`update app_transaction_log set status = 'failed' where card_id in ('A1', 'A4500', 'A9000')`);
    await tail();
    expect((await events('balance_deduction_on_failure')).map((event) => event.card_id)).toContain('A9000');
    for (let cycle = 0; cycle < 6; cycle += 1) await tail();
    expect((await events('balance_deduction_on_failure')).map((event) => event.card_id).sort()).toEqual([
      ...['A1', 'A4500', 'A9000'],
    ]);
  });
});
