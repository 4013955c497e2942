import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { updateAddressSchema } from '../../shared/domain/update.ts';

/** What the packaging says of updates (`scripts/packaging/update-key.mjs`). */
export type PackedUpdates = {
  /** Of whoever makes releases: what is not signed by it is no update. Undefined: none was packed. */
  readonly key: KeyObject | undefined;
  /** Where releases lie unless somebody types another address. */
  readonly address: string | null;
};

const packedSchema = z.strictObject({ key: z.base64(), address: updateAddressSchema.nullable() });

/** @throws Error where the words are not what the packaging writes */
export const readPackedUpdates = (words: string): PackedUpdates => {
  const { key, address } = packedSchema.parse(JSON.parse(words));
  const made = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  if (made.asymmetricKeyType !== 'ed25519') throw new Error(`an Ed25519 key, not ${made.asymmetricKeyType}`);
  return { key: made, address };
};

/** A list as electron-builder writes it; what else stands in it changes nothing. */
const listSchema = z.object({
  version: z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/),
  releaseDate: z.string().max(40),
  files: z
    .array(
      z.object({
        // In the folder of the list, and nowhere else.
        url: z.string().regex(/^[A-Za-z0-9][\w.-]{0,150}$/),
        sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
        size: z.int().positive().max(2_000_000_000),
      }),
    )
    .min(1)
    .max(20),
});
export type UpdateList = z.infer<typeof listSchema>;

/** What is signed: the name as well, so that the list of one system is none for another. */
export const signedWords = (name: string, text: string): Buffer => Buffer.from(`regie updates ${name}\n${text}`);

/**
 * Reads a list only once its signature is known to be good: nothing else of a server is believed.
 * @param list.name of its file, as `latest-linux.yml`
 * @param list.signature base64, of Ed25519
 * @param parse of YAML
 * @throws Error whose words `failureOf` knows
 */
export const readUpdateList = (
  list: { readonly name: string; readonly text: string; readonly signature: string },
  key: KeyObject,
  parse: (text: string) => unknown,
): UpdateList => {
  const signature = Buffer.from(list.signature.trim(), 'base64');
  if (!verify(null, signedWords(list.name, list.text), key, signature)) {
    throw new Error(`ERR_UPDATER_INVALID_SIGNATURE ${list.name} is not signed by who has made this Regie`);
  }
  const read = listSchema.safeParse(parse(list.text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`ERR_UPDATER_INVALID_UPDATE_INFO ${list.name}: ${issue?.path.join('.')}: ${issue?.message}`);
};
