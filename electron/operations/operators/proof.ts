import { createHmac } from 'node:crypto';

/** What somebody signs with; the database has the same secret under its id (`console.signing_keys`). */
export type SigningKey = { readonly keyId: string; readonly secret: Buffer };

/**
 * That this operator gave this very command: HMAC-SHA256 over its body, which the database verifies
 * (`console.take_command`) before anything is done.
 * @returns hexadecimal
 */
export const commandProof = (secret: Buffer, body: string): string =>
  createHmac('sha256', secret).update(body, 'utf8').digest('hex');
