import { createHash } from 'node:crypto';
import { Decrypter, Encrypter } from 'age-encryption';
import { z } from 'zod';
import {
  CARRIED_FORMAT,
  CARRIED_VERSION,
  type CarriedFile,
  type CarriedSettings,
  carriedFileSchema,
} from '../../shared/contract/carried.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { canonicalJson } from '../../shared/domain/command-body.ts';
import { problemOf } from '../../shared/domain/input-problem.ts';
import { passphraseRecipient } from '../lib/age-passphrase.ts';
import { parseBoundedJson } from '../lib/bounded-json.ts';
import { isOwnAgeFile, SCRYPT_LOG_N } from '../outbox/export-file.ts';

const CHARACTERS = 2_000_000;

export const hashOf = (settings: CarriedSettings): string =>
  createHash('sha256').update(canonicalJson(settings)).digest('hex');

/** Writes a file of settings. @returns its bytes, base64 */
export const writeCarriedFile = async ({
  passphrase,
  ...head
}: Omit<CarriedFile, 'format' | 'version' | 'sha256'> & { passphrase: string | null }): Promise<string> => {
  const file: CarriedFile = {
    ...{ format: CARRIED_FORMAT, version: CARRIED_VERSION },
    ...head,
    sha256: hashOf(head.settings),
  };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  if (passphrase === null) return Buffer.from(text).toString('base64');
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient(passphrase, SCRYPT_LOG_N));
  return Buffer.from(await encrypter.encrypt(text)).toString('base64');
};

const headSchema = z.looseObject({ format: z.literal(CARRIED_FORMAT), version: z.int() });

/** Opens such a file, or says what is wrong with it and where. Nothing of a file that does not fit is used. */
export const readCarriedFile = async (asked: {
  /** base64 */
  content: string;
  passphrase: string | null;
}): Promise<Answer<CarriedFile>> => {
  const bytes = Buffer.from(asked.content, 'base64');
  const opened = await open(bytes, asked.passphrase);
  if (!opened.ok) return opened;
  let parsed: unknown;
  try {
    parsed = parseBoundedJson(opened.value, { characters: CHARACTERS });
  } catch {
    return failed('carried_damaged');
  }
  const head = headSchema.safeParse(parsed);
  if (!head.success) return failed('carried_other_file');
  if (head.data.version > CARRIED_VERSION) return failed('carried_newer');
  const file = carriedFileSchema.safeParse(parsed);
  if (!file.success) {
    const { where } = problemOf(file.error.issues[0]);
    return failed('carried_misfit', { where });
  }
  return file.data.sha256 === hashOf(file.data.settings) ? answered(file.data) : failed('carried_changed');
};

const open = async (bytes: Buffer, passphrase: string | null): Promise<Answer<string>> => {
  if (!bytes.subarray(0, 22).equals(Buffer.from('age-encryption.org/v1\n'))) return answered(bytes.toString('utf8'));
  if (passphrase === null) return failed('carried_locked');
  // Of our own making, so that no file decides how long this laptop computes.
  if (!isOwnAgeFile(bytes)) return failed('carried_damaged');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return answered(await decrypter.decrypt(bytes, 'text'));
  } catch (error) {
    return failed(/no identity matched/i.test(String(error)) ? 'import_wrong_passphrase' : 'carried_damaged');
  }
};
