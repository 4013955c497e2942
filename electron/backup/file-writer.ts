import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { Encrypter } from 'age-encryption';
import { passphraseRecipient } from '../lib/age-passphrase.ts';
import { asError } from '../lib/as-error.ts';
import { type BackupHeader, FIRST_LINE, type Frame, frameHead } from './file-format.ts';
import { BackupRefused } from './refusal.ts';

/** 2^15, as of other files of ours: opening takes well under a second, guessing eight characters many years. */
export const SCRYPT_LOG_N = 15;

/**
 * Writes a backup under a temporary name beside `path`, mode 0600, and gives it its name once all of it is on the disk: there
 * is never half a file under the right name. One that is there already is not replaced.
 * @returns its size and its last 32 bytes in hexadecimal, which name it
 */
export const writeBackupFile = async (options: {
  path: string;
  header: BackupHeader;
  frames: AsyncIterable<Frame>;
  passphrase?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Reads it again before it gets its name. */
  verify?: ((partial: string) => Promise<unknown>) | undefined;
}): Promise<{ bytes: number; checksum: string }> => {
  const { path, header, frames, passphrase, signal, verify } = options;
  if (existsSync(path)) throw new BackupRefused('file_exists', { file: path });
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  const file = await open(partial, 'wx', 0o600);
  let bytes = 0;
  let checksum = '';
  try {
    const plain = plainBytes(header, frames, (hash) => {
      checksum = hash;
    });
    const outer = passphrase === undefined ? plain : encrypted(plain, passphrase);
    for await (const piece of outer) {
      signal?.throwIfAborted();
      await file.writeFile(piece);
      bytes += piece.length;
    }
    signal?.throwIfAborted();
    await file.sync();
    await file.close();
    await verify?.(partial);
    signal?.throwIfAborted();
    if (existsSync(path)) throw new BackupRefused('file_exists', { file: path });
    await rename(partial, path);
    await syncFolder(dirname(path));
    return { bytes, checksum };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
};

async function* plainBytes(
  header: BackupHeader,
  frames: AsyncIterable<Frame>,
  onHash: (hash: string) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const head = Buffer.from(`${FIRST_LINE}${JSON.stringify(header)}\n`);
  hash.update(head);
  yield head;
  for await (const piece of compressed(frames)) {
    hash.update(piece);
    yield piece;
  }
  const end = hash.digest();
  onHash(end.toString('hex'));
  yield end;
}

/** Of all levels, negative ones too, the one that takes least of a processor, and makes an eighth of it. */
const LEVEL = 1;
/** Given to the compressor at once: each time costs a turn of the event loop and of a thread. */
const GATHERED_BYTES = 1 << 20;

/** The compressor works on another thread, while the next frames are read. */
async function* compressed(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  const zstd = createZstdCompress({
    chunkSize: 1 << 17,
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
  });
  const feed = async (): Promise<void> => {
    // One is filled while the other is compressed.
    let filling = Buffer.allocUnsafeSlow(GATHERED_BYTES);
    let other = Buffer.allocUnsafeSlow(GATHERED_BYTES);
    let filled = 0;
    let compressing: Promise<void> = Promise.resolve();
    const give = async (): Promise<void> => {
      const bytes = filling.subarray(0, filled);
      await compressing;
      compressing = new Promise((resolve, reject) => {
        zstd.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
      // It is awaited with the next.
      compressing.catch(() => undefined);
      [filling, other, filled] = [other, filling, 0];
    };
    for await (const frame of frames) {
      const head = frameHead(frame);
      const bytes = head.length + frame.payload.length;
      if (filled + bytes > filling.length) await give();
      if (bytes > filling.length) filling = Buffer.allocUnsafeSlow(bytes);
      filled += head.copy(filling, filled);
      filled += frame.payload.copy(filling, filled);
    }
    await give();
    zstd.end();
  };
  feed().catch((error: unknown) => zstd.destroy(asError(error)));
  for await (const piece of zstd) yield piece as Buffer;
}

async function* encrypted(plain: AsyncIterable<Buffer>, passphrase: string): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient(passphrase, SCRYPT_LOG_N));
  const pieces = plain[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await pieces.next();
      // A piece takes the cipher some milliseconds: others have their turn between two of them.
      await nextTurn();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await pieces.return?.()),
  });
  for await (const piece of await encrypter.encrypt(stream)) yield piece;
}

/** The new name is on the disk as well. Windows opens no folders. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
