import { LARGEST_ATTACHMENT, type PictureType } from '../../../shared/domain/log.ts';
import { pictureTypeOf } from '../../../shared/domain/picture-type.ts';

/** A picture is reduced to so many pixels on its longer side. */
const LONGEST_SIDE = 2_000;
/** Of a file that is larger nothing is read. */
const LARGEST_FILE = 50 * 1_048_576;
/** A PNG that is larger than this is a photograph. */
const LARGEST_PNG = 1_048_576;

export type Picture = { readonly name: string; readonly type: PictureType; readonly contents: Uint8Array };
/** Why a file is not taken: `log.file_<reason>` says it. */
export type PictureRefusal = 'empty' | 'tooLarge' | 'noPicture' | 'damaged';

/**
 * Reads a file that somebody pasted, dropped or chose: what it is by its first bytes, drawn anew and not larger than anybody
 * needs to see. What else was in the file, a place or a script, does not come along.
 */
export const preparePicture = async (file: File): Promise<Picture | PictureRefusal> => {
  if (file.size === 0) return 'empty';
  if (file.size > LARGEST_FILE) return 'tooLarge';
  const type = pictureTypeOf(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  if (type === null) return 'noPicture';
  const bitmap = await createImageBitmap(file).catch(() => null);
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
  return drawnType === null ? 'damaged' : { name: file.name.slice(-200), type: drawnType, contents };
};
