import type { PictureType } from './log.ts';

export type PictureSize = { readonly width: number; readonly height: number };

/**
 * How many pixels a picture says that it has, by its own first bytes: drawn it takes four bytes of memory for each of them,
 * whatever the file's length.
 * @param bytes the beginning of the file, or all of it
 * @returns null where it does not say so
 */
export const pictureSizeOf = (type: PictureType, bytes: Uint8Array): PictureSize | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return SIZES[type](view);
  } catch (error) {
    // It ends before that.
    if (error instanceof RangeError) return null;
    throw error;
  }
};

const ofPng = (view: DataView): PictureSize => ({ width: view.getUint32(16), height: view.getUint32(20) });

/** Frames that say a size; 0xc4, 0xc8 and 0xcc between them are tables. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const ofJpeg = (view: DataView): PictureSize | null => {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    // Bytes that fill up before a marker.
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
};

/** A RIFF's first chunk begins here. */
const CHUNK = 12;

const ofWebp = (view: DataView): PictureSize | null => {
  const uint24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  const fourth = String.fromCharCode(view.getUint8(CHUNK + 3));
  // `VP8 `, `VP8L` and `VP8X`: lossy, lossless, and more than one frame or layer.
  if (fourth === ' ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (fourth === 'X') return { width: uint24(24) + 1, height: uint24(27) + 1 };
  if (fourth !== 'L') return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
};

const SIZES: Readonly<Record<PictureType, (view: DataView) => PictureSize | null>> = {
  'image/png': ofPng,
  'image/jpeg': ofJpeg,
  'image/webp': ofWebp,
};
