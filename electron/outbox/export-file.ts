import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { Decrypter, Encrypter } from 'age-encryption';
import { z } from 'zod';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { passphraseRecipient } from '../lib/age-passphrase.ts';
import { parseBoundedJson } from '../lib/bounded-json.ts';
import { isAsSigned, parseStored } from '../operations/registry.ts';

/**
 * Waiting actions on their way to another laptop, for one that will not see the network again. An age file
 * (age-encryption.org) locked by a passphrase: what is inside moves money.
 */
const FORMAT = 'regie-waiting-actions';
const VERSION = 2;

/** 2^15: opening a file takes well under a second, guessing a passphrase of eight characters many years. */
export const SCRYPT_LOG_N = 15;

const commandSchema = z.object({
  operationId: z.uuid(),
  command: z.string(),
  input: z.record(z.string(), z.json()),
  author: z.object({
    operator: z.string(),
    operatorId: z.string().default(''),
    laptop: z.string(),
    laptopId: z.string().nullable().default(null),
    laptopAt: z.iso.datetime(),
  }),
  // Not in a file of version 1: what it carries is shown, and not sent.
  body: z.string().default(''),
  keyId: z.string().nullable().default(null),
  proof: z.string(),
  contentHash: z.string(),
  keys: z.array(z.string()),
  snapshot: z.record(z.string(), z.json()),
});
export type CarriedCommand = z.infer<typeof commandSchema>;

const fileSchema = z.object({
  format: z.literal(FORMAT),
  version: z.int(),
  festivalId: z.uuid(),
  writtenAt: z.iso.datetime(),
  laptop: z.string(),
  commands: z.array(z.json()),
});

/** Writes an encrypted file. @returns its bytes, base64. */
export const writeOutboxFile = async (options: {
  commands: readonly StoredCommand[];
  festivalId: string;
  laptop: string;
  writtenAt: string;
  passphrase: string;
}): Promise<string> => {
  const { commands, passphrase, ...head } = options;
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient(passphrase, SCRYPT_LOG_N));
  const contents = { format: FORMAT, version: VERSION, ...head, commands: z.array(commandSchema).parse(commands) };
  return Buffer.from(await encrypter.encrypt(gzipSync(JSON.stringify(contents)))).toString('base64');
};

/**
 * Opens such a file: all of its commands, or an error that says what is wrong with it. Nothing of a damaged file is
 * taken over: a passphrase proves that not a byte of it has changed.
 */
export const readOutboxFile = async (options: {
  /** base64 */
  content: string;
  festivalId: string;
  passphrase: string;
}): Promise<Answer<readonly CarriedCommand[]>> => {
  const opened = await open(options.content, options.passphrase);
  if (!opened.ok) return opened;
  const file = fileSchema.safeParse(opened.value);
  if (!file.success) return failed('import_damaged');
  if (file.data.version > VERSION) return failed('import_newer');
  if (file.data.festivalId !== options.festivalId) return failed('import_other_festival');
  const commands = z.array(commandSchema).safeParse(file.data.commands);
  if (!commands.success) return failed('import_damaged');
  for (const carried of commands.data) {
    const command = parseStored(carried);
    if (command === undefined) return failed('import_newer');
    if (command.input.operationId !== carried.operationId || !isAsSigned(carried)) {
      return failed('import_damaged');
    }
  }
  return answered(commands.data);
};

const open = async (content: string, passphrase: string): Promise<Answer<unknown>> => {
  const bytes = Buffer.from(content, 'base64');
  // Of our own making, so that no file decides how long this laptop computes.
  if (!isOwnAgeFile(bytes)) return failed('import_damaged');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    const packed = await decrypter.decrypt(bytes);
    return answered(
      parseBoundedJson((await unpack(packed, { maxOutputLength: LARGEST })).toString('utf8'), {
        characters: LARGEST,
        values: MOST_VALUES,
      }),
    );
  } catch (error) {
    return failed(/no identity matched/i.test(String(error)) ? 'import_wrong_passphrase' : 'import_damaged');
  }
};

/** Bytes of a file's contents at most: some ten thousand commands. */
const LARGEST = 20_000_000;
const MOST_VALUES = 2_000_000;
const unpack = promisify(gunzip);

const AGE_HEADER = Buffer.from('age-encryption.org/v1\n');

/** An age file as this console writes it: for one passphrase, with our work factor. */
export const isOwnAgeFile = (bytes: Buffer): boolean => {
  if (!bytes.subarray(0, AGE_HEADER.length).equals(AGE_HEADER)) return false;
  const end = bytes.indexOf('\n', AGE_HEADER.length);
  if (end === -1 || end > HEADER_BYTES) return false;
  const stanza = bytes.subarray(AGE_HEADER.length, end).toString('latin1').split(' ');
  return stanza.length === 4 && stanza[0] === '->' && stanza[1] === 'scrypt' && stanza[3] === String(SCRYPT_LOG_N);
};
const HEADER_BYTES = 200;
