import type { PictureType } from './log.ts';

const BEGINNINGS: readonly (readonly [PictureType, readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
];

/** What a file is by its first bytes, whatever it is called; null: no picture that is taken. */
export const pictureTypeOf = (bytes: Uint8Array): PictureType | null =>
  BEGINNINGS.find(
    ([type, beginning]) =>
      beginning.every((byte, at) => bytes[at] === byte) &&
      (type !== 'image/webp' || String.fromCharCode(...bytes.subarray(8, 12)) === 'WEBP'),
  )?.[0] ?? null;
