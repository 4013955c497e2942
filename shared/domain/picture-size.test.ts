import { expect, it } from 'vitest';
import { pictureSizeOf } from './picture-size.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const PNG = '89504e470d0a1a0a 0000000d 49484452 0000ea60 0000ea60';
/** JFIF, a table between 0xc0 and 0xcf, a byte that fills up, then a progressive frame of 3000 × 4000. */
const JPEG = 'ffd8 ffe0 0004 4a46 ffc4 0003 00 ff ffc2 0011 08 0fa0 0bb8 03';
const LOSSY = '52494646 00000000 57454250 56503820 00000000 000000 9d012a 8002 e001';
const LOSSLESS = '52494646 00000000 57454250 5650384c 00000000 2f 7f c2 77 00';
const EXTENDED = '52494646 00000000 57454250 56503858 0a000000 00000000 7f0200 df0100';

it('a picture says how many pixels it has, whatever its length', () => {
  expect(pictureSizeOf('image/png', bytes(PNG))).toEqual({ width: 60_000, height: 60_000 });
  expect(pictureSizeOf('image/jpeg', bytes(JPEG))).toEqual({ width: 3_000, height: 4_000 });
  expect(pictureSizeOf('image/webp', bytes(LOSSY))).toEqual({ width: 640, height: 480 });
  expect(pictureSizeOf('image/webp', bytes(LOSSLESS))).toEqual({ width: 640, height: 480 });
  expect(pictureSizeOf('image/webp', bytes(EXTENDED))).toEqual({ width: 640, height: 480 });
});

it('one that is cut off or has something else there says nothing', () => {
  for (const [type, text] of [
    ['image/png', PNG],
    ['image/jpeg', JPEG],
    ['image/webp', LOSSY],
    ['image/webp', LOSSLESS],
    ['image/webp', EXTENDED],
  ] as const) {
    const whole = bytes(text);
    expect(pictureSizeOf(type, whole.subarray(0, 13))).toBeNull();
    expect(pictureSizeOf(type, new Uint8Array(whole.length))).toSatisfy(
      (size: { width: number } | null) => size === null || size.width === 0,
    );
  }
  // A segment that is as long as nothing is passed over, and never for ever.
  expect(pictureSizeOf('image/jpeg', bytes('ffd8 ffe0 0000 ffe0 0000'))).toBeNull();
});
