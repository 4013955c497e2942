import { inflateSync } from 'node:zlib';

/** Tables that move letters nearer to each other, or put others in their place. */
const SHAPING = new Set(['GSUB', 'GPOS', 'GDEF', 'DSIG']);

const HEAD = 44;
const ENTRY = 20;

/**
 * A WOFF 1.0 font as the TrueType that it was made of (W3C, "WOFF File Format 1.0"), without what shapes Latin letters: a report
 * needs none of it, and the PDF library would unpack the font anew for each glyph.
 * @throws RangeError for what is no such file
 */
export const trueTypeOf = (woff: Buffer): Buffer => {
  if (woff.length < HEAD || woff.toString('latin1', 0, 4) !== 'wOFF') throw new RangeError('not a WOFF font');
  const tables = Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const at = HEAD + index * ENTRY;
    const [offset, packed, length] = [woff.readUInt32BE(at + 4), woff.readUInt32BE(at + 8), woff.readUInt32BE(at + 12)];
    const bytes = woff.subarray(offset, offset + packed);
    return {
      tag: woff.toString('latin1', at, at + 4),
      checksum: woff.readUInt32BE(at + 16),
      data: packed < length ? inflateSync(bytes) : bytes,
    };
  }).filter(({ tag }) => !SHAPING.has(tag));

  const directory = Buffer.alloc(12 + 16 * tables.length);
  const power = Math.floor(Math.log2(tables.length));
  woff.copy(directory, 0, 4, 8);
  directory.writeUInt16BE(tables.length, 4);
  directory.writeUInt16BE(16 * 2 ** power, 6);
  directory.writeUInt16BE(power, 8);
  directory.writeUInt16BE(16 * (tables.length - 2 ** power), 10);
  const parts: Buffer[] = [directory];
  let offset = directory.length;
  for (const [index, { tag, checksum, data }] of tables.entries()) {
    const at = 12 + 16 * index;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(checksum, at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(data.length, at + 12);
    const padding = Buffer.alloc((4 - (data.length % 4)) % 4);
    parts.push(data, padding);
    offset += data.length + padding.length;
  }
  return Buffer.concat(parts);
};
