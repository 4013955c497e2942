import { hkdfSync, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { z } from 'zod';

/** A PIN is short, so what is made of it is made expensive: scrypt with 32 MB takes about 100 ms on a laptop. */
const COST = { n: 2 ** 15, r: 8, p: 1 };
/**
 * What locks a key on this laptop's disk can be tried by whoever has the disk, as often as they like: 128 MB and about
 * 400 ms a try (docs/security.md).
 */
const DISK_COST = { n: 2 ** 17, r: 8, p: 1 };
const KEY_BYTES = 32;
const MAX_MEMORY = 256 * 1024 * 1024;

/** How a PIN is stretched. Not secret: every laptop reads it. */
export const pinParamsSchema = z.object({
  n: z.int().max(2 ** 18),
  r: z.int().max(32),
  p: z.int().max(16),
  salt: z.base64(),
});
export type PinParams = z.infer<typeof pinParamsSchema>;

/** @returns with a salt of its own. */
export const newPinParams = (cost: 'counted' | 'disk' = 'counted'): PinParams => ({
  ...(cost === 'counted' ? COST : DISK_COST),
  salt: randomBytes(16).toString('base64'),
});

/** Off the main thread: Node runs it in its thread pool. The one expensive step of a sign-in; all keys are made of it. */
export const stretchPin = (pin: string, { n, r, p, salt }: PinParams): Promise<Buffer> => {
  const options: ScryptOptions = { N: n, r, p, maxmem: MAX_MEMORY };
  return new Promise((resolve, reject) => {
    scrypt(pin, Buffer.from(salt, 'base64'), KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
};

/** What the database checks a PIN against (`console.pin_keys`). */
export const pinKeyOf = (stretched: Buffer): Buffer => derive(stretched, 'regie pin');

/**
 * What locks an operator's key on this laptop's disk: their PIN and the laptop's own key, so that neither is worth
 * anything without the other.
 */
export const wrappingKeyOf = (stretched: Buffer, deviceKey: Buffer): Buffer =>
  derive(Buffer.concat([stretched, deviceKey]), 'regie laptop key');

const derive = (from: Buffer, info: string): Buffer => Buffer.from(hkdfSync('sha256', from, '', info, KEY_BYTES));
