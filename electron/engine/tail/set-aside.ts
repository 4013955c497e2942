import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { Piece, Source } from './positions.ts';

/** Ids that are longer stand in our indexes as their beginning and hash (migrations/functions/festival-rows.sql). */
export const KEY_BYTES = 512;

/** Rows that were set aside and can be read by now: they arrive once more. */
export type Mended = {
  readonly transactions: readonly RowId[];
  readonly scans: readonly RowId[];
  /** Those of the transactions whose amount the ledger has already. */
  readonly counted: ReadonlySet<RowId>;
};
export const NOTHING_MENDED: Mended = { transactions: [], scans: [], counted: new Set() };

/**
 * Notes which values of these rows cannot be read (docs/detection.md, "Rows set aside"). The rows themselves are taken
 * with such a value unknown.
 */
export const setAsideTransactions = async (tx: Transaction, piece: Piece): Promise<void> => {
  await tx.run(sql`/* regie:aside */
    insert into console.set_aside as known (source, row_id, column_name, reason, value, money)
    select 'transactions', t.log_id::text, odd.column_name, odd.reason, left(odd.value, 200), odd.money
    from (
      select * from public.app_transaction_log where log_id > ${piece.after} and log_id <= ${piece.upTo}
      union all
      select * from public.app_transaction_log where log_id = any (${piece.single}::bigint[])) as t
    cross join lateral (values
      -- What a failed order would have cost moves nothing by itself.
      ('amount_involved', case when console.amount_of(t.amount_involved) is null
        then console.amount_problem(t.amount_involved::text) end, t.amount_involved::text,
        console.status_of(console.word_of(t.status)) is distinct from 'failed'),
      ('previous_balance', case when console.amount_of(t.previous_balance) is null
        then console.amount_problem(t.previous_balance::text) end, t.previous_balance::text, true),
      ('new_balance', case when console.amount_of(t.new_balance) is null
        then console.amount_problem(t.new_balance::text) end, t.new_balance::text, true),
      ('card_id', case when t.card_id is null then 'id_missing'
        when octet_length(t.card_id::text) > ${KEY_BYTES} then 'id_too_long' end, t.card_id::text, t.card_id is null)
    ) as odd (column_name, reason, value, money)
    where odd.reason is not null
    on conflict (source, row_id, column_name) do update
    set reason = excluded.reason, value = excluded.value, money = excluded.money, seen = known.seen + 1, last_seen = now(),
      resolved_at = null`);
};

export const setAsideScans = async (tx: Transaction, piece: Piece): Promise<void> => {
  await tx.run(sql`/* regie:aside */
    insert into console.set_aside as known (source, row_id, column_name, reason, value, money)
    select 'scans', s.scan_log_id::text, odd.column_name, 'id_too_long', left(odd.value, 200), false
    from (
      select * from public.nfc_scan_log where scan_log_id > ${piece.after} and scan_log_id <= ${piece.upTo}
      union all
      select * from public.nfc_scan_log where scan_log_id = any (${piece.single}::bigint[])) as s
    cross join lateral (values
      ('card_id_scanned', s.card_id_scanned::text), ('device_identifier', s.device_identifier::text)
    ) as odd (column_name, value)
    where octet_length(odd.value) > ${KEY_BYTES}
    on conflict (source, row_id, column_name) do update
    set value = excluded.value, seen = known.seen + 1, last_seen = now(), resolved_at = null`);
};

/** Sets a whole row aside that failed the statement that should have taken it over. */
export const setAsideRow = async (tx: Transaction, source: Source, id: RowId, error: unknown): Promise<void> => {
  const message = error instanceof Error ? error.message : String(error);
  await tx.run(sql`/* regie:aside */
    insert into console.set_aside as known (source, row_id, column_name, reason, value, money)
    values (${source}, ${id}, '*', 'unreadable', left(${message}, 200), ${source === 'transactions'})
    on conflict (source, row_id, column_name) do update
    set value = excluded.value, seen = known.seen + 1, last_seen = now(), resolved_at = null`);
};

/** A card whose amount, or id, cannot be compared. */
export type OddCard = { readonly key: string; readonly reason: string; readonly value: string };

export const setAsideCards = async (tx: Transaction, cards: readonly OddCard[]): Promise<void> => {
  if (cards.length === 0) return;
  await tx.run(sql`/* regie:aside */
    insert into console.set_aside as known (source, row_id, column_name, reason, value, money)
    select 'cards', odd.id, case when odd.reason = 'id_too_long' then 'id' else 'amount' end, odd.reason, odd.value, true
    from unnest(${cards.map(({ key }) => key)}::text[], ${cards.map(({ reason }) => reason)}::text[],
      ${cards.map(({ value }) => value)}::text[]) as odd (id, reason, value)
    on conflict (source, row_id, column_name) do update
    set reason = excluded.reason, value = excluded.value, seen = known.seen + 1, last_seen = now(), resolved_at = null
    -- A sweep sees each of them twice a minute.
    where known.resolved_at is not null or known.value is distinct from excluded.value
      or known.last_seen < now() - interval '5 minutes'`);
};
