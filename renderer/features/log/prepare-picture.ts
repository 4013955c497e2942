import { LARGEST_ATTACHMENT, type PictureType } from '../../../shared/domain/log.ts';
import { pictureSizeOf } from '../../../shared/domain/picture-size.ts';
import { pictureTypeOf } from '../../../shared/domain/picture-type.ts';

/** A picture is reduced to so many pixels on its longer side. */
const LONGEST_SIDE = 2_000;
/** Of a file that is larger nothing is read. */
const LARGEST_FILE = 50 * 1_048_576;
/** Pixels of a picture that is drawn: a quarter of a gigabyte of memory. */
const MOST_PIXELS = 64_000_000;
/** A PNG that is larger than this is a photograph. */
const LARGEST_PNG = 1_048_576;

export type Picture = { readonly name: string; readonly type: PictureType; readonly contents: Uint8Array };
/** Why a file is not taken: `log.file_<reason>` says it. */
export type PictureRefusal =
  | 'empty'
  | 'tooLarge'
  | 'tooManyPixels'
  | 'noPicture'
  | 'damaged'
  | 'unreadable'
  | 'badName';

/** What a name may not have: NUL and other controls, half of a character, and what shows it in another order than it has. */
const BAD_NAME = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;
const LONGEST_NAME = 200;

/**
 * Reads a file that somebody pasted, dropped or chose: what it is by its first bytes, drawn anew and not larger than anybody
 * needs to see. What else was in the file, a place or a script, does not come along.
 */
export const preparePicture = async (file: File): Promise<Picture | PictureRefusal> => {
  if (BAD_NAME.test(file.name)) return 'badName';
  if (file.size === 0) return 'empty';
  if (file.size > LARGEST_FILE) return 'tooLarge';
  // A folder, or a file that was moved meanwhile: it has a name and a size, and nothing to read.
  const bytes = await file.arrayBuffer().catch(() => null);
  if (bytes === null) return 'unreadable';
  const read = new Uint8Array(bytes);
  const type = pictureTypeOf(read);
  if (type === null) return 'noPicture';
  const size = pictureSizeOf(type, read);
  if (size === null) return 'damaged';
  if (size.width * size.height > MOST_PIXELS) return 'tooManyPixels';
  const bitmap = await createImageBitmap(new Blob([bytes], { type })).catch(() => null);
  if (bitmap === null) return 'damaged';
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const png = type === 'image/png' ? await canvas.convertToBlob({ type }) : null;
  const drawn =
    png !== null && png.size <= LARGEST_PNG ? png : await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  if (drawn.size > LARGEST_ATTACHMENT) return 'tooLarge';
  const contents = new Uint8Array(await drawn.arrayBuffer());
  const drawnType = pictureTypeOf(contents);
  return drawnType === null ? 'damaged' : { name: endOf(file.name), type: drawnType, contents };
};

/** The end of a name, which says what it is; never half of a character. */
const endOf = (name: string): string =>
  name.length <= LONGEST_NAME ? name : name.slice(-LONGEST_NAME).replace(/^[\udc00-\udfff]/, '');
