/**
 * Values on their way between two threads, one a line of JSON: bytes are handed over without being copied, and whoever gets
 * them reads as many lines at a time as they have time for.
 */
export const toLines = (values: readonly unknown[]): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

/** The values again, each when it is asked for. */
export function* fromLines<T>(lines: Uint8Array): Generator<T> {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf('\n', from);
    // Written by toLines in the other thread, which parsed it.
    yield JSON.parse(bytes.toString('utf8', from, to)) as T;
    from = to + 1;
  }
}
