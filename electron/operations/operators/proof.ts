import { createHmac } from 'node:crypto';

/** What commands are signed with. The secret is in memory only. */
export type SigningKey = { readonly keyId: string | null; readonly secret: Buffer };

/**
 * That this operator gave this very command: HMAC-SHA256 over its body, which the database verifies
 * (`console.take_command`) before anything is done.
 * @returns hexadecimal
 */
export const commandProof = (secret: Buffer, body: string): string =>
  createHmac('sha256', secret).update(body, 'utf8').digest('hex');

/** That somebody has signed in with the right PIN (`console.note_pin`). @param at the laptop's time, ISO 8601 */
export const signInProof = (secret: Buffer, { laptop, at }: { laptop: string; at: string }): string =>
  createHmac('sha256', secret).update(`sign-in\n${laptop}\n${at}`).digest('hex');
