import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, events, count, tail } = world;

const run = (text: string, values: unknown[] = []) => world.database.admin.query(text, values);
const watch = () => world.engine.runCycle('watch');
const changes = async () => (await events('log_changed')).map(({ event_data: { change } }) => change);
const expected = async (card: string): Promise<string> =>
  (await run('select console.expected_balance($1)::numeric(10,2) as balance', [card])).rows[0]?.balance;
const begin = async (): Promise<void> => {
  for (const card of ['A', 'B']) await festival.card(card, 20);
  await festival.order('A', 3);
  await tail();
  await watch();
  expect(await changes()).toEqual([]);
};
const compare = async () => {
  await world.compareTwice();
  return (await events('balance_mismatch_detection')).map(({ card_id: card, affected_amount: amount }) => [
    card,
    amount,
  ]);
};
const problem = async (kind: string, card: number, ledger: number) =>
  (await run('select console.correction_problem($1, 17, 0, $2, $3) as problem', [kind, card, ledger])).rows[0]?.problem;

describe('a log whose beginning was archived', () => {
  it('is no missing money: the ledger remembers what was read', async () => {
    await begin();
    await run('delete from app_transaction_log where log_id <= 2');
    await tail();
    await watch();
    await watch();
    expect(await changes()).toEqual(['archived']);
    expect(await compare()).toEqual([]);
    expect(await expected('A')).toBe('17.00');
    expect(await expected('B')).toBe('20.00');
    // A new fault is found, for what it is.
    await festival.failedOrder('A', 5, { takes: 5 });
    expect(await compare()).toEqual([['A', '5.00']]);
    expect(await count('balance_deduction_on_failure')).toBe(1);
  });

  it('is not repaired towards what it says now, and allows no correction towards it', async () => {
    await begin();
    await run('delete from app_transaction_log where log_id <= 2');
    expect(await problem('restore_card', -17, 0)).toBe('history_shrank');
    expect(await problem('record_missing', 0, 17)).toBe('history_shrank');
    expect(await problem('opening_balance', 0, 17)).toBe('history_shrank');
    expect(await problem('goodwill', 1, 1)).toBe(null);
    expect(await world.engine.recompute()).toMatchObject({ drifted: 0 });
    expect((await run(`select expected_cents from console.card_ledger where card_id = 'A'`)).rows).toEqual([
      { expected_cents: '1700' },
    ]);
    await festival.changeCard('A', -1);
    expect(await compare()).toEqual([['A', '1.00']]);
  });
});

describe('a log that was emptied and whose ids begin anew', () => {
  it('is read from its first row on, and compared with no card until somebody decides', async () => {
    await begin();
    await festival.failedOrder('A', 2, { takes: 2 });
    await tail();
    await run('truncate app_transaction_log, nfc_scan_log restart identity');
    await tail();
    await watch();
    expect(await changes()).toContain('emptied');
    // It gets the id that another failed order had before.
    for (let order = 0; order < 4; order += 1) await festival.failedOrder('B', 5, { takes: order === 3 ? 5 : 0 });
    await tail();
    expect((await events('balance_deduction_on_failure')).map(({ card_id: card }) => card)).toEqual(['A', 'B']);
    expect(await count('balance_mismatch_detection')).toBe(0);
    expect(await compare()).toEqual([]);
    expect(
      (
        await run(
          'select overall_health_status as health from system_health_snapshots order by snapshot_id desc limit 1',
        )
      ).rows[0]?.health,
    ).not.toBe('HEALTHY');
  });

  it('is noticed also where more rows came at once than there were', async () => {
    await begin();
    await run('truncate app_transaction_log restart identity');
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
      select 'N' || n, 'bar_order', 'completed', 5 from generate_series(1, 300) as n`);
    await tail();
    await watch();
    await tail();
    expect(await changes()).toContain('emptied');
    expect((await run('select count(*) from console.recent_transactions')).rows).toEqual([{ count: '300' }]);
    expect((await run(`select expected_cents from console.card_ledger where card_id in ('N1', 'N300')`)).rows).toEqual([
      ...[{ expected_cents: '-500' }, { expected_cents: '-500' }],
    ]);
  });

  it('may be a sequence that was only set back: what comes below the watermark is read', async () => {
    await begin();
    for (let order = 0; order < 5; order += 1) await festival.order('B', 1);
    await tail();
    await run('delete from app_transaction_log where log_id in (4, 5)');
    await run(`select setval('app_transaction_log_log_id_seq', 3)`);
    await watch();
    expect(await changes()).toContain('sequence');
    await festival.failedOrder('A', 5, { takes: 5 });
    await tail();
    expect((await events('balance_deduction_on_failure')).map(({ card_id: card }) => card)).toEqual(['A']);
  });
});
