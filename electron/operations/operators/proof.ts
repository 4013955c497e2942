import { createHmac } from 'node:crypto';

/**
 * That this operator gave this very command: HMAC-SHA256 under their secret, which the database verifies
 * (`console.take_operation`) before anything is done.
 * @returns hexadecimal
 */
export const commandProof = (
  secret: Buffer,
  { operationId, command, contentHash }: { operationId: string; command: string; contentHash: string },
): string =>
  createHmac('sha256', secret).update(`${operationId.toLowerCase()}\n${command}\n${contentHash}`).digest('hex');

/** That somebody has signed in with the right PIN (`console.note_pin`). @param at the laptop's time, ISO 8601 */
export const signInProof = (secret: Buffer, { laptop, at }: { laptop: string; at: string }): string =>
  createHmac('sha256', secret).update(`sign-in\n${laptop}\n${at}`).digest('hex');
