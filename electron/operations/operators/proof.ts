import { createHmac } from 'node:crypto';

/** What somebody signs with; the database has the same secret under its id (`console.signing_keys`). */
export type SigningKey = { readonly keyId: string; readonly secret: Buffer };

/**
 * That this operator gave this very command: HMAC-SHA256 under a key of theirs, which the database verifies
 * (`console.take_operation`) before anything is done.
 */
export const commandProof = (
  { keyId, secret }: SigningKey,
  { operationId, command, contentHash }: { operationId: string; command: string; contentHash: string },
): string => `${keyId}.${hmac(secret, `${operationId.toLowerCase()}\n${command}\n${contentHash}`).toString('hex')}`;

const hmac = (key: Buffer, message: string): Buffer => createHmac('sha256', key).update(message).digest();
