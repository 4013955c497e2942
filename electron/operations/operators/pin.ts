import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { z } from 'zod';

/**
 * An operator's secret under a key that only the PIN gives. A PIN is short, so the key is made expensive: scrypt with 32 MB
 * takes about 100 ms on a laptop, also for whoever has stolen the file (docs/security.md).
 */
const COST = { n: 2 ** 15, r: 8, p: 1 };
const KEY_BYTES = 32;
const MAX_MEMORY = 256 * 1024 * 1024;

const base64 = z.base64();
export const wrappedSchema = z.object({
  n: z.int().max(2 ** 18),
  r: z.int().max(32),
  p: z.int().max(16),
  salt: base64,
  iv: base64,
  tag: base64,
  wrapped: base64,
});
export type WrappedSecret = z.infer<typeof wrappedSchema>;

/** @returns 32 random bytes: what an operator's commands are signed with. */
export const newSecret = (): Buffer => randomBytes(KEY_BYTES);

export const wrapSecret = async (secret: Buffer, pin: string): Promise<WrappedSecret> => {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await keyOf(pin, salt, COST), iv);
  const wrapped = Buffer.concat([cipher.update(secret), cipher.final()]);
  const [saltText, ivText, tag, wrappedText] = [salt, iv, cipher.getAuthTag(), wrapped].map((bytes) =>
    bytes.toString('base64'),
  );
  return wrappedSchema.parse({ ...COST, salt: saltText, iv: ivText, tag, wrapped: wrappedText });
};

/** @returns undefined where the PIN is another one. */
export const unwrapSecret = async (kept: WrappedSecret, pin: string): Promise<Buffer | undefined> => {
  const [salt, iv, tag, wrapped] = [kept.salt, kept.iv, kept.tag, kept.wrapped].map((text) =>
    Buffer.from(text, 'base64'),
  ) as [Buffer, Buffer, Buffer, Buffer];
  const decipher = createDecipheriv('aes-256-gcm', await keyOf(pin, salt, kept), iv);
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } catch {
    // The tag says that it is another key: a wrong PIN.
    return undefined;
  }
};

/** Off the main thread: Node runs it in its thread pool. */
const keyOf = (pin: string, salt: Buffer, { n, r, p }: { n: number; r: number; p: number }): Promise<Buffer> => {
  const options: ScryptOptions = { N: n, r, p, maxmem: MAX_MEMORY };
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
};
