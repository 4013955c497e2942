import { createHmac } from 'node:crypto';

/*
 * What laptop and database each compute of what they both have (migrations/functions/laptops.sql, channel-secrets.sql), so
 * that no secret is sent that could be read. Proofs are hexadecimal.
 */

/** Under the device key as `laptop`, and under the key of the PIN. */
export const signInProof = (key: Buffer, nonce: string, operatorId: string): string =>
  hmac(key, `sign-in\n${nonce}\n${operatorId}`).toString('hex');

/** What commands that need a session are signed with. */
export const sessionSecretOf = (pinKey: Buffer, nonce: string): Buffer => hmac(pinKey, `session\n${nonce}`);

/** What commands that can wait are signed with, as the database sends it: masked. */
export const laptopSecretOf = (pinKey: Buffer, masked: Buffer, nonce: string): Buffer =>
  unmasked(masked, hmac(pinKey, `laptop\n${nonce}`));

export const signOutProof = (sessionSecret: Buffer, keyId: string): string =>
  hmac(sessionSecret, `sign-out\n${keyId}`).toString('hex');

export const firstSupervisorProof = (deviceKey: Buffer, operatorId: string): string =>
  hmac(deviceKey, `first-supervisor\n${operatorId}`).toString('hex');

export const enrolmentProof = (
  codeKey: Buffer,
  { laptopId, name, nonce }: { laptopId: string; name: string; nonce: string },
): string => hmac(codeKey, `enrol\n${laptopId}\n${name}\n${nonce}`).toString('hex');

export const secretsProof = (deviceKey: Buffer, nonce: string): string =>
  hmac(deviceKey, `channel-secrets\n${nonce}`).toString('hex');

/** The channels' secrets, as the database sends them: masked. */
export const secretsOfMask = (deviceKey: Buffer, masked: Buffer, nonce: string): Buffer => {
  const blocks = Array.from({ length: Math.ceil(masked.length / 32) }, (_, index) =>
    hmac(deviceKey, `channel-secrets\n${nonce}\n${index}`),
  );
  return unmasked(masked, Buffer.concat(blocks));
};

export const deviceKeyOf = (codeKey: Buffer, { laptopId, nonce }: { laptopId: string; nonce: string }): Buffer =>
  hmac(codeKey, `device\n${laptopId}\n${nonce}`);

const hmac = (key: Buffer, message: string): Buffer => createHmac('sha256', key).update(message).digest();

const unmasked = (masked: Buffer, mask: Buffer): Buffer =>
  Buffer.from(masked.map((byte, index) => byte ^ (mask[index] ?? 0)));
