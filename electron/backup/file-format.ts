import { z } from 'zod';
import { BackupRefused } from './refusal.ts';

/*
 * A backup (docs/backup.md, "The file"): two lines of text, frames compressed with zstd, and the SHA-256 of all of it. With a
 * passphrase all of that is inside an age file. Frames: one byte of kind, four of length, and that many bytes.
 */

export const FORMAT = 1;
export const FIRST_LINE = `regie-backup ${FORMAT}\n`;
export const ANY_FIRST_LINE = 'regie-backup ';
export const AGE_LINE = 'age-encryption.org/v1\n';
export const HASH_BYTES = 32;
export const HEADER_BYTES = 1_000_000;
/** A table's text is cut into frames of so many bytes at most, wherever that is. */
export const FRAME_BYTES = 1 << 18;

const nameSchema = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

export const tableSchema = z.object({
  schema: z.enum(['public', 'console']),
  name: nameSchema,
  columns: z.array(nameSchema).min(1),
  /** What its rows are ordered by, so that one content has one hash. Those with a collation go by that of C. */
  order: z.array(z.object({ column: nameSchema, text: z.boolean() })).min(1),
  /** A copy of monitoring_events that a runbook made: there is no migration that makes it. */
  copy: z.boolean(),
});
export type BackupTable = z.infer<typeof tableSchema>;

export const headerSchema = z.object({
  festivalId: z.uuid(),
  /** The transaction's own time, by the database's clock: what was committed before is in the file. */
  takenAt: z.iso.datetime(),
  database: z.string(),
  serverVersion: z.string(),
  migrations: z.array(z.string()),
  functionFiles: z.array(z.object({ name: z.string(), version: z.int() })),
  tables: z.array(tableSchema),
});
export type BackupHeader = z.infer<typeof headerSchema>;

const countSchema = z.object({
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type TableCount = z.infer<typeof countSchema>;

export const contentsSchema = z.object({
  /** In the order of the header's tables. */
  tables: z.array(countSchema),
  sequences: z.array(
    z.object({
      schema: z.enum(['public', 'console']),
      name: nameSchema,
      table: nameSchema,
      column: nameSchema,
      last: z.string().regex(/^\d{1,19}$/),
    }),
  ),
});
export type BackupContents = z.infer<typeof contentsSchema>;

/** 1: text of the table at hand. 2: that table is over. 3: what the tables came to, and nothing follows. */
export type Frame = { readonly kind: 'data' | 'end' | 'contents'; readonly payload: Buffer };
const KINDS = ['data', 'end', 'contents'] as const;

export const frameHead = ({ kind, payload }: Frame): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(KINDS.indexOf(kind) + 1, 0);
  head.writeUInt32BE(payload.length, 1);
  return head;
};

const LARGEST_FRAME = 4_000_000;

/** @throws BackupRefused where it is no frame, or the bytes end within one */
export async function* readFrames(bytes: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const parts: Buffer[] = [];
  let held = 0;
  const take = (count: number): Buffer => {
    const [first] = parts;
    if (first !== undefined && first.length >= count) {
      held -= count;
      if (first.length === count) parts.shift();
      else parts[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const all = Buffer.concat(parts);
    parts.length = 0;
    if (all.length > count) parts.push(all.subarray(count));
    held -= count;
    return all.subarray(0, count);
  };
  let head: { kind: Frame['kind']; length: number } | undefined;
  for await (const piece of bytes) {
    parts.push(piece);
    held += piece.length;
    for (;;) {
      if (head === undefined) {
        if (held < 5) break;
        const read = take(5);
        const kind = KINDS[read.readUInt8(0) - 1];
        const length = read.readUInt32BE(1);
        if (kind === undefined || length > LARGEST_FRAME) throw new BackupRefused('damaged');
        head = { kind, length };
      }
      if (held < head.length) break;
      yield { kind: head.kind, payload: take(head.length) };
      head = undefined;
    }
  }
  if (head !== undefined || held > 0) throw new BackupRefused('damaged');
}
