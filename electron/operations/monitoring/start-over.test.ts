import { describe, expect, it } from 'vitest';
import { engineWorld } from '../../testing/engine-world.ts';
import { submitTo } from '../../testing/submit.ts';

const world = engineWorld();
const { festival, events, tail } = world;
const submit = submitTo(() => world.database.festival);

const run = (text: string, values: unknown[] = []) => world.database.admin.query(text, values);
const watch = () => world.engine.runCycle('watch');
const expected = async (card: string): Promise<string> =>
  (await run('select console.expected_balance($1)::numeric(10,2) as balance', [card])).rows[0]?.balance;
const startOver = (basis: 'read' | 'log') =>
  submit('monitoring.startOver', { basis, reason: 'archived by the festival' });
/** Cards that hold 17.00 and 20.00, and a log that begins after their first recharge. */
const archive = async (): Promise<void> => {
  for (const card of ['A', 'B']) await festival.card(card, 20);
  await festival.order('A', 3);
  await tail();
  await watch();
  await run('delete from app_transaction_log where log_id <= 2');
  await tail();
  await watch();
};
const mismatches = async () => {
  await world.compareTwice();
  return (await events('balance_mismatch_detection')).map(({ card_id: card, affected_amount: amount }) => [
    card,
    amount,
  ]);
};
const isOpen = async () =>
  (await run(`select count(*) as open from console.findings where algorithm = 'log_changed' and cleared_at is null`))
    .rows[0]?.open === '1';

describe('a supervisor decides what rows that are gone came to', () => {
  it('what had been read of them: nothing changes for any card, and corrections go on', async () => {
    await archive();
    expect(await isOpen()).toBe(true);
    expect(await startOver('read')).toMatchObject({ outcome: 'applied' });
    await watch();
    expect(await isOpen()).toBe(false);
    expect(await expected('A')).toBe('17.00');
    expect(await expected('B')).toBe('20.00');
    await festival.order('B', 4);
    expect(await mismatches()).toEqual([]);
    expect(await expected('B')).toBe('16.00');
    expect(await world.engine.recompute()).toMatchObject({ drifted: 0 });
    expect((await run(`select console.correction_problem('restore_card', 16, 17, 1, 0) as problem`)).rows).toEqual([
      { problem: null },
    ]);
  });

  it('it may happen again, and a row that comes late counts once', async () => {
    await archive();
    await startOver('read');
    await festival.order('B', 4);
    await tail();
    await watch();
    await run('delete from app_transaction_log where log_id <= 3');
    await watch();
    expect(await isOpen()).toBe(true);
    await startOver('read');
    expect(await expected('A')).toBe('17.00');
    expect(await expected('B')).toBe('16.00');
    expect(await mismatches()).toEqual([]);
  });

  it('the log as it is now: after it was emptied and the cards with it', async () => {
    await archive();
    await run('truncate app_transaction_log restart identity');
    await run('delete from table_cards');
    await tail();
    await watch();
    await festival.card('A', 30);
    await tail();
    expect(await startOver('log')).toMatchObject({ outcome: 'applied' });
    await watch();
    expect(await isOpen()).toBe(false);
    expect(await expected('A')).toBe('30.00');
    expect(await mismatches()).toEqual([]);
    await festival.changeCard('A', -1);
    expect(await mismatches()).toEqual([['A', '1.00']]);
  });

  it('it takes a signed command, once, and is on the audit trail', async () => {
    await archive();
    await expect(
      world.database.festival.write((tx) =>
        tx.run({ text: `select console.start_over(gen_random_uuid())`, values: [] }),
      ),
    ).rejects.toMatchObject({ code: '42501' });
    await startOver('read');
    expect(await startOver('read')).toMatchObject({ outcome: 'rejected', error: { code: 'history_whole' } });
    const { rows } = await run(`select actor, data ->> 'basis' as basis, data ->> 'carried' as carried
      from console.audit where action = 'history_started_over'`);
    expect(rows).toEqual([{ actor: 'Léa', basis: 'read', carried: '40.00' }]);
  });
});
