import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { Piece } from './positions.ts';

/** A writer gone mad may invent a word a row: beyond so many no further one is noted. */
const MAX_WORDS = 1_000;

/**
 * Notes the types and statuses of these rows beside the usual ones, as they are written there (docs/detection.md, "Words of
 * the festival"). Rows that were read before are not counted again.
 */
export const noteWords = async (tx: Transaction, piece: Piece, again: readonly RowId[]): Promise<void> => {
  const read = new Set(again);
  const single = piece.single.filter((id) => !read.has(id));
  await tx.run(sql`/* regie:words */
    insert into console.transaction_words as known (kind, word, spelling, count, amount, first_at, last_at, example)
    select w.kind, console.word_key(w.spelling), w.spelling, count(*),
      -- What a failed order would have cost moves nothing.
      coalesce(sum(r.amount) filter (where console.known_status(r.status, r.meanings) <> 'failed'), 0),
      min(r.at), max(r.at), (array_agg(coalesce(r.transaction_id, 'log:' || r.log_id) order by r.log_id))[1]
    from (
      select log_id, coalesce(console.word_of(read.transaction_type), '') as type,
        coalesce(console.word_of(read.status), '') as status, console.amount_of(read.amount_involved) as amount,
        console.uuid_of(read.transaction_id)::text as transaction_id,
        least(coalesce(console.time_of(read.timestamp), now()), now()) as at, meant.meanings
      from (select console.meanings() as meanings offset 0) as meant
      cross join (select null::uuid as transaction_id, null::timestamptz as timestamp) as absent
      cross join lateral (
        select log_id, transaction_type, status, amount_involved, transaction_id, timestamp
        from public.app_transaction_log where log_id > ${piece.after} and log_id <= ${piece.upTo}
        union all
        select log_id, transaction_type, status, amount_involved, transaction_id, timestamp
        from public.app_transaction_log where log_id = any (${single}::bigint[])) as read) as r
    cross join lateral (
      select 'type' as kind, r.type as spelling where console.is_unusual(r.type, 'completed')
      union all
      select 'status', r.status where console.is_unusual('bar_order', r.status)) as w
    where console.is_unusual(r.type, r.status)
      and ((select count(*) from console.transaction_words) < ${MAX_WORDS}
        or exists (select from console.transaction_words k where k.kind = w.kind and k.spelling = w.spelling))
    group by w.kind, w.spelling
    on conflict (kind, word, spelling) do update
    set count = known.count + excluded.count, amount = known.amount + excluded.amount,
      first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)`);
};
