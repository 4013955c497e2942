import type { Socket } from 'node:net';
import type pg from 'pg';

/** A message of the server's: one byte of kind, four of its length, which counts itself. */
const HEAD_BYTES = 5;
const DATA = 0x64;
const ERROR = 0x45;
/** What may come before and between the rows, and says nothing of them: CopyOutResponse, and what a server says by itself. */
const BETWEEN: readonly number[] = [0x48, 0x4e, 0x53, 0x41];
/** A server sends eight kilobytes at a time, and each piece that is handed on costs a dozen turns of whoever awaits it. */
const PIECE_BYTES = 1 << 18;
/** Read ahead of whoever takes them, so that the server goes on meanwhile. */
const PIECES_AHEAD = 8;

type Connection = { readonly stream: Socket; query(text: string): void };
type Listener = (bytes: Buffer) => void;

/**
 * What `copy … to stdout` answers, as a query for pg's `client.query`: text in pieces that end anywhere. A piece is the caller's
 * until the next one is asked for, and is written anew then: what each row and piece would leave to the garbage collector held
 * up whoever shares the thread. Whoever stops asking leaves a connection that can be used again.
 */
export const createCopyOut = (text: string): pg.Submittable & AsyncIterable<Buffer> => {
  let connection: Connection | undefined;
  /** pg's own listener, which gets what follows the rows. */
  let driver: Listener | undefined;
  const messages = createRowReader();
  const pieces = createPieces({
    pause: () => connection?.stream.pause(),
    resume: () => connection?.stream.resume(),
  });

  const onBytes = (bytes: Buffer): void => {
    const { rows, end } = messages.read(bytes);
    pieces.add(rows);
    if (end === undefined || connection === undefined || driver === undefined) return;
    const { stream } = connection;
    connection = undefined;
    stream.removeListener('data', onBytes);
    stream.on('data', driver);
    // Of an error pg tells us.
    if (!end.failed) pieces.end();
    driver(end.bytes);
    stream.resume();
  };

  const query = {
    submit: (to: unknown): void => {
      connection = to as Connection;
      const { stream } = connection;
      driver = stream.listeners('data')[0] as Listener;
      stream.removeListener('data', driver);
      stream.on('data', onBytes);
      connection.query(text);
    },
    handleError: (error: Error): void => pieces.fail(error),
    handleCommandComplete: (): void => undefined,
    handleReadyForQuery: (): void => undefined,
    [Symbol.asyncIterator]: () => pieces.iterator,
  };
  return query;
};

/** Takes the rows out of messages, which begin and end anywhere in what comes. */
const createRowReader = () => {
  const head = Buffer.alloc(HEAD_BYTES);
  let headBytes = 0;
  /** Of the message at hand. */
  let isRow = false;
  let left = 0;
  return {
    /** @returns the rows, moved to the beginning of these very bytes; and at their end what pg has to read, from that message on */
    read: (bytes: Buffer): { rows: Buffer; end?: { bytes: Buffer; failed: boolean } } => {
      let to = 0;
      let at = 0;
      while (at < bytes.length) {
        if (left > 0) {
          const until = Math.min(at + left, bytes.length);
          if (isRow) {
            bytes.copyWithin(to, at, until);
            to += until - at;
          }
          left -= until - at;
          at = until;
          continue;
        }
        const wanted = Math.min(HEAD_BYTES - headBytes, bytes.length - at);
        for (let index = 0; index < wanted; index += 1) head[headBytes + index] = bytes[at + index] ?? 0;
        headBytes += wanted;
        at += wanted;
        if (headBytes < HEAD_BYTES) break;
        headBytes = 0;
        const kind = head[0] ?? 0;
        isRow = kind === DATA;
        left = head.readUInt32BE(1) - 4;
        if (!isRow && !BETWEEN.includes(kind)) {
          const end = { bytes: Buffer.concat([head, bytes.subarray(at)]), failed: kind === ERROR };
          return { rows: bytes.subarray(0, to), end };
        }
      }
      return { rows: bytes.subarray(0, to) };
    },
  };
};

/** Larger pieces of small ones, in a few buffers that go round. */
const createPieces = (source: { pause: () => void; resume: () => void }) => {
  const free: Buffer[] = [];
  const full: Buffer[] = [];
  let filling: Buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let filled = 0;
  /** What the caller has. */
  let taken: Buffer | undefined;
  let state: 'open' | 'ended' | 'left' | { readonly error: Error } = 'open';
  let wake: (() => void) | undefined;

  const settle = (to: typeof state): void => {
    if (state !== 'open') return;
    state = to;
    wake?.();
  };
  const next = async (): Promise<IteratorResult<Buffer, undefined>> => {
    if (taken !== undefined) free.push(taken);
    taken = undefined;
    while (full.length === 0 && state === 'open') {
      source.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (typeof state === 'object') throw state.error;
    if (full.length <= PIECES_AHEAD / 2) source.resume();
    const piece = full.shift();
    if (piece === undefined) return { done: true, value: undefined };
    if (piece.length === PIECE_BYTES) taken = piece;
    return { done: false, value: piece };
  };
  return {
    add: (bytes: Buffer): void => {
      // Nobody takes them any more: what is still to come is read past.
      if (state !== 'open') return;
      for (let from = 0; from < bytes.length; ) {
        const copied = bytes.copy(filling, filled, from);
        filled += copied;
        from += copied;
        if (filled < PIECE_BYTES) return;
        full.push(filling);
        filling = free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
        filled = 0;
        if (full.length >= PIECES_AHEAD) source.pause();
        wake?.();
      }
    },
    end: (): void => {
      if (filled > 0) full.push(filling.subarray(0, filled));
      settle('ended');
    },
    fail: (error: Error): void => settle({ error }),
    iterator: {
      next,
      return: async (): Promise<IteratorResult<Buffer, undefined>> => {
        settle('left');
        full.length = 0;
        source.resume();
        return { done: true, value: undefined };
      },
    },
  };
};
