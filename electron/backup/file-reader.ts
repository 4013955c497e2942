import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { Decrypter } from 'age-encryption';
import { type AgeKey, ageKeyOf } from '../lib/age-key.ts';
import { codeOf } from '../lib/postgres-errors.ts';
import { TaskCutOff } from '../lib/side-thread.ts';
import {
  AGE_LINE,
  ANY_FIRST_LINE,
  type BackupContents,
  type BackupHeader,
  contentsSchema,
  FIRST_LINE,
  type Frame,
  HASH_BYTES,
  HEADER_BYTES,
  headerSchema,
  readFrames,
  type TableCount,
} from './file-format.ts';
import { SCRYPT_LOG_N } from './file-writer.ts';
import { BackupRefused } from './refusal.ts';

export type OpenedBackup = {
  readonly header: BackupHeader;
  readonly contents: BackupContents;
  readonly bytes: number;
  readonly checksum: string;
  readonly encrypted: boolean;
  /** Reads the tables once more, in the header's order: for each what its text is, then that it is over. */
  frames(): AsyncGenerator<Frame>;
};

type Reading = {
  path: string;
  /** Null: it is not encrypted. */
  key: Uint8Array | null;
  signal: AbortSignal | undefined;
};

/**
 * Verifies a file from its first byte to its last, and that each table has the rows and the hash that it says. Nothing of a
 * file is looked at before the hash over all of it holds.
 * @param options.ageKey whoever has a screen to serve finds the key on another thread
 * @throws BackupRefused
 */
export const openBackup = async (options: {
  path: string;
  passphrase?: string | undefined;
  signal?: AbortSignal | undefined;
  ageKey?: AgeKey;
}): Promise<OpenedBackup> => {
  const { path, passphrase, signal, ageKey = ageKeyOf } = options;
  const { bytes, ageHeader } = await lookAtBeginning(path);
  const key = ageHeader === null ? null : await unlock(ageHeader, passphrase, ageKey);
  const reading = { path, key, signal };
  const { headerLine, checksum } = await checkHash(reading);
  const header = headerSchema.safeParse(parseLine(headerLine));
  if (!header.success) throw new BackupRefused('damaged');
  const frames = () => readFrames(decompressed(reading));
  const contents = await checkTables(header.data, frames());
  return { header: header.data, contents, bytes, checksum, encrypted: key !== null, frames };
};

const unlock = async (header: Buffer, passphrase: string | undefined, ageKey: AgeKey): Promise<Uint8Array> => {
  if (passphrase === undefined) throw new BackupRefused('passphrase_missing');
  let key: Uint8Array | null;
  try {
    key = await ageKey({ header, passphrase });
  } catch (error) {
    throw error instanceof TaskCutOff ? error : new BackupRefused('damaged', {}, { cause: error });
  }
  if (key === null) throw new BackupRefused('passphrase_wrong');
  return key;
};

const OUR_AGE_HEADER = new RegExp(`^${AGE_LINE}-> scrypt \\S+ ${SCRYPT_LOG_N}\n\\S+\n--- \\S+\n`);

/** What kind of file it is. Another format than ours is told apart from a damaged one by its first line. */
const lookAtBeginning = async (path: string): Promise<{ bytes: number; ageHeader: Buffer | null }> => {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EISDIR'].includes(codeOf(error))) throw new BackupRefused('file_missing', { file: path });
    throw error;
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new BackupRefused('file_missing', { file: path });
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
    const beginning = buffer.subarray(0, bytesRead).toString('latin1');
    if (beginning.startsWith(AGE_LINE)) {
      // Of our own making, so that no file decides how long this laptop computes.
      const [header] = OUR_AGE_HEADER.exec(beginning) ?? [];
      if (header === undefined) throw new BackupRefused('damaged');
      return { bytes: stat.size, ageHeader: buffer.subarray(0, header.length) };
    }
    if (beginning.startsWith(FIRST_LINE)) return { bytes: stat.size, ageHeader: null };
    throw new BackupRefused(/^regie-backup [1-9]\d{0,3}\n/.test(beginning) ? 'newer_format' : 'foreign');
  } finally {
    await file.close();
  }
};

/** The bytes as they were before encryption. */
async function* plainBytes({ path, key, signal }: Reading): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 18, ...(signal === undefined ? {} : { signal }) });
  if (key === null) {
    for await (const piece of file) yield piece as Buffer;
    return;
  }
  const decrypter = new Decrypter();
  decrypter.addIdentity({ unwrapFileKey: () => key });
  try {
    const plain = await decrypter.decrypt(Readable.toWeb(file) as unknown as ReadableStream<Uint8Array>);
    for await (const piece of plain) yield Buffer.from(piece);
  } catch (error) {
    signal?.throwIfAborted();
    throw new BackupRefused('damaged', {}, { cause: error });
  } finally {
    file.destroy();
  }
}

/** Splits off the hash at the end. */
async function* withoutHash(bytes: AsyncIterable<Buffer>, onHash: (hash: Buffer) => void): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of bytes) {
    const all = held.length === 0 ? piece : Buffer.concat([held, piece]);
    const end = Math.max(0, all.length - HASH_BYTES);
    held = all.subarray(end);
    if (end > 0) yield all.subarray(0, end);
  }
  onHash(held);
}

const checkHash = async (reading: Reading): Promise<{ headerLine: string; checksum: string }> => {
  const hash = createHash('sha256');
  let stated: Buffer = Buffer.alloc(0);
  let beginning: Buffer = Buffer.alloc(0);
  const bytes = withoutHash(plainBytes(reading), (found) => {
    stated = found;
  });
  for await (const piece of bytes) {
    hash.update(piece);
    if (beginning.length < HEADER_BYTES && headEnd(beginning) === -1) beginning = Buffer.concat([beginning, piece]);
  }
  if (!hash.digest().equals(stated)) throw new BackupRefused('damaged');
  const first = beginning.subarray(0, FIRST_LINE.length).toString('latin1');
  if (first !== FIRST_LINE) throw new BackupRefused(first.startsWith(ANY_FIRST_LINE) ? 'newer_format' : 'foreign');
  const end = headEnd(beginning);
  if (end === -1) throw new BackupRefused('damaged');
  return {
    headerLine: beginning.subarray(FIRST_LINE.length, end).toString('utf8'),
    checksum: stated.toString('hex'),
  };
};

const headEnd = (bytes: Buffer): number => bytes.indexOf('\n', FIRST_LINE.length);

const parseLine = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

async function* decompressed(reading: Reading): AsyncGenerator<Buffer> {
  let passed = -1;
  const body = async function* (): AsyncGenerator<Buffer> {
    let beginning: Buffer = Buffer.alloc(0);
    for await (const piece of withoutHash(plainBytes(reading), () => undefined)) {
      if (passed === -1) {
        beginning = Buffer.concat([beginning, piece]);
        passed = headEnd(beginning);
        if (passed !== -1 && beginning.length > passed + 1) yield beginning.subarray(passed + 1);
      } else yield piece;
    }
  };
  const source = Readable.from(body());
  const zstd = createZstdDecompress();
  source.on('error', (error) => zstd.destroy(error));
  source.pipe(zstd);
  try {
    for await (const piece of zstd) yield piece as Buffer;
  } catch (error) {
    reading.signal?.throwIfAborted();
    throw error instanceof BackupRefused ? error : new BackupRefused('damaged', {}, { cause: error });
  } finally {
    source.destroy();
  }
}

/** Each table has what is said of it at the end. */
const checkTables = async (header: BackupHeader, frames: AsyncIterable<Frame>): Promise<BackupContents> => {
  const found: TableCount[] = [];
  let contents: BackupContents | undefined;
  let counter = createCounter();
  for await (const { kind, payload } of frames) {
    if (contents !== undefined) throw new BackupRefused('damaged');
    if (kind === 'data') counter.add(payload);
    else if (kind === 'end') {
      found.push(counter.count());
      counter = createCounter();
    } else contents = contentsSchema.safeParse(parseLine(payload.toString('utf8'))).data;
  }
  if (
    contents === undefined ||
    found.length !== header.tables.length ||
    contents.tables.length !== found.length ||
    found.some(({ rows, sha256 }, index) => {
      const stated = contents.tables[index];
      return stated?.rows !== rows || stated.sha256 !== sha256;
    })
  ) {
    throw new BackupRefused('damaged');
  }
  return contents;
};

const NEWLINE = 10;

/** Counts and hashes the text of a table: a row is a line, for line ends within a value are written as \n. */
export const createCounter = () => {
  const hash = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  return {
    add: (text: Buffer): void => {
      hash.update(text);
      bytes += text.length;
      for (let at = text.indexOf(NEWLINE); at !== -1; at = text.indexOf(NEWLINE, at + 1)) rows += 1;
    },
    sofar: () => ({ rows, bytes }),
    count: (): TableCount => ({ rows, bytes, sha256: hash.digest('hex') }),
  };
};
