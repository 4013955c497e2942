import { z } from 'zod';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';

/** What the tail cannot read a log without; all else is read as NULL where it is missing. */
export const TRANSACTION_COLUMNS = ['log_id', 'card_id', 'transaction_type', 'status', 'amount_involved'] as const;
export const SCAN_COLUMNS = ['scan_log_id', 'card_id_scanned', 'scan_timestamp', 'scan_status'] as const;
export const CARD_COLUMNS = ['id', 'amount'] as const;

const readableRow = z.object({
  transactions: z.boolean(),
  scans: z.boolean(),
  cards: z.boolean(),
  shrank: z.boolean(),
  emptied: z.boolean(),
  recounting: z.boolean(),
});

/** What can be read of the festival's tables, and whether the log still says all that the cards have seen. */
export type Readable = z.output<typeof readableRow>;

/**
 * Asked with every cycle, from the catalogue's cache and by primary key: what is left goes on without what is gone. A log
 * with another file was rewritten or emptied: it is read on when that has been looked at (log-watch.ts).
 */
export const readReadable = (tx: Transaction): Promise<Readable> =>
  tx.row(
    readableRow,
    sql`/* regie:readable */
      select console.is_readable('app_transaction_log', ${TRANSACTION_COLUMNS}::text[])
          and not exists (select from console.log_watch where relation = 'app_transaction_log'
            and known ->> 'filenode' <> pg_relation_filenode(to_regclass('public.app_transaction_log'))::text) as transactions,
        console.is_readable('nfc_scan_log', ${SCAN_COLUMNS}::text[])
          and not exists (select from console.log_watch where relation = 'nfc_scan_log'
            and known ->> 'filenode' <> pg_relation_filenode(to_regclass('public.nfc_scan_log'))::text) as scans,
        console.is_readable('table_cards', ${CARD_COLUMNS}::text[]) as cards,
        console.history_shrank() as shrank, emptied_at is not null as emptied, v.version <> v.recounted as recounting
      from console.log_history, console.meaning_version v`,
  );
