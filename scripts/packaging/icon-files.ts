/** Pictures by their width and height in pixels. */
type Pictures = ReadonlyMap<number, Buffer>;

/** Windows knows pictures up to 256 pixels in one file, each a PNG. */
export const icoOf = (pictures: Pictures): Buffer => {
  const used = [...pictures].filter(([size]) => size <= 256);
  const head = Buffer.alloc(6 + 16 * used.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(used.length, 4);
  let at = head.length;
  for (const [index, [size, png]] of used.entries()) {
    const entry = 6 + 16 * index;
    // 0 stands for 256.
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += png.length;
  }
  return Buffer.concat([head, ...used.map(([, png]) => png)]);
};

/** The kinds of pictures in an icon of macOS, by size; those of screens with twice the pixels have kinds of their own. */
const KINDS: Readonly<Record<string, number>> = {
  ...{ icp4: 16, icp5: 32, icp6: 64, ic07: 128, ic08: 256, ic09: 512, ic10: 1_024 },
  ...{ ic11: 32, ic12: 64, ic13: 256, ic14: 512 },
};

export const icnsOf = (pictures: Pictures): Buffer => {
  const parts = Object.entries(KINDS).flatMap(([kind, size]) => {
    const png = pictures.get(size);
    if (png === undefined) return [];
    const head = Buffer.alloc(8);
    head.write(kind, 0, 'latin1');
    head.writeUInt32BE(8 + png.length, 4);
    return [head, png];
  });
  const head = Buffer.alloc(8);
  head.write('icns', 0, 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 4);
  return Buffer.concat([head, ...parts]);
};
