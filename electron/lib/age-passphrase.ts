import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type Recipient, Stanza } from 'age-encryption';

const LABEL = 'age-encryption.org/v1/scrypt';
const derive = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);

/**
 * Locks an age file with a passphrase, as age's own does (age-encryption.org/v1, "The scrypt recipient type"), with scrypt on a
 * thread of Node's instead of in JavaScript on this one, where it holds up everybody for a fifth of a second.
 */
export const passphraseRecipient = (passphrase: string, logN: number): Recipient => ({
  wrapFileKey: async (fileKey) => {
    const salt = randomBytes(16);
    const cost = { N: 2 ** logN, r: 8, p: 1 };
    // What scrypt fills is 128 bytes times N times r, and a little.
    const key = await derive(passphrase, Buffer.concat([Buffer.from(LABEL), salt]), 32, {
      ...cost,
      maxmem: 256 * cost.N * cost.r,
    });
    // The key is of this file alone, so that the nonce may be zero.
    const body = chacha20poly1305(key, new Uint8Array(12)).encrypt(fileKey);
    return [new Stanza(['scrypt', salt.toString('base64').replaceAll('=', ''), String(logN)], body)];
  },
});
