import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the data directory, which only its owner reads. */
export const TOKEN_FILE = 'monitor-token';

/** As it can stand in a header, and long enough that nobody guesses it. */
const TOKEN = /^[\x21-\x7e]{20,200}$/;
export const TOKEN_RULE = 'from 20 to 200 letters, digits and signs, without spaces';

export const isToken = (text: string): boolean => TOKEN.test(text);

/**
 * The token that a watcher shows: the one that was given, or that of the data directory, which is made at first.
 * @throws Error with a sentence where that file has something else
 */
export const readToken = (dataDir: string, given: string | undefined): string => {
  if (given !== undefined) return given;
  const file = join(dataDir, TOKEN_FILE);
  try {
    // Never over one that is there.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const token = readFileSync(file, 'utf8').trim();
  if (!isToken(token)) throw new Error(`${file} has no token: ${TOKEN_RULE}. Remove it, and another one is made.`);
  return token;
};

/** Compares with a token; how long it takes says nothing about it. */
export const createTokenCheck = (token: string): ((offered: string) => boolean) => {
  const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  const wanted = hashOf(token);
  return (offered) => timingSafeEqual(hashOf(offered), wanted);
};
