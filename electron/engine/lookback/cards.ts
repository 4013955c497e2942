import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { centsColumn, idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { ChainLink, Lookback } from '../detector.ts';

const cardRow = z.object({ id: z.string(), amount: centsColumn });
const chainRow = z.object({ card_id: z.string(), chain_log_id: idColumn, chain_balance: centsColumn.nullable() });

/** The cards themselves, and where the chain of balances of each has come to. */
export const cardLookback = (
  tx: Transaction,
): Pick<Lookback, 'balancesOf' | 'existing' | 'chainsOf' | 'keepChains'> => ({
  // By primary key.
  balancesOf: async (cards) =>
    new Map(
      (
        await tx.rows(
          cardRow,
          sql`/* regie:cards */
            select id, case when amount is null then 0 else console.amount_of(amount) end as amount
            from public.table_cards
            where id = any (${cards}::text[]) and (amount is null or console.amount_of(amount) is not null)`,
        )
      ).map((row) => [row.id, row.amount]),
    ),

  // By primary key. Those that are missing are few, so they are what is sent.
  existing: async (cards) => {
    const existing = new Set(cards);
    const missing = await tx.rows(
      cardRow.pick({ id: true }),
      sql`/* regie:cards */
        select id from unnest(${cards}::text[]) as asked (id)
        where (select true from public.table_cards c where c.id = asked.id) is null`,
    );
    for (const { id } of missing) existing.delete(id);
    return existing;
  },

  // By primary key.
  chainsOf: async (cards) =>
    new Map(
      (
        await tx.rows(
          chainRow,
          sql`/* regie:chain */
            select card_id, chain_log_id, chain_balance from console.card_ledger
            where card_id = any (${cards}::text[]) and chain_log_id is not null`,
        )
      ).map((row): [string, ChainLink] => [row.card_id, { logId: row.chain_log_id, balance: row.chain_balance }]),
    ),

  keepChains: async (links) => {
    if (links.size === 0) return;
    const entries = [...links];
    await tx.run(sql`/* regie:chain */
      update console.card_ledger l set chain_log_id = c.log_id, chain_balance = c.cents::numeric / 100
      from unnest(
        ${entries.map(([card]) => card)}::text[], ${entries.map(([, link]) => link.logId)}::bigint[],
        ${entries.map(([, link]) => link.balance)}::bigint[]) as c (card_id, log_id, cents)
      where l.card_id = c.card_id`);
  },
});
