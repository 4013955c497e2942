import { createHash, createHmac } from 'node:crypto';
import { type PinParams, pinKeyOf, stretchPin } from '../operations/operators/pin.ts';

/** Every value of 32 bytes in a text, however it is written, and every uuid. */
export const secretsIn = (text: string): { values: Set<string>; uuids: Set<string> } => {
  const values = new Set<string>();
  for (const [hex] of text.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi)) values.add(hex.toLowerCase());
  for (const [base64] of text.matchAll(/[A-Za-z0-9+/]{43}=/g))
    values.add(Buffer.from(base64, 'base64').toString('hex'));
  const uuids = new Set<string>();
  for (const [uuid] of text.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi)) {
    uuids.add(uuid.toLowerCase());
  }
  return { values, uuids };
};

const hmac = (key: Buffer, message: string): Buffer => createHmac('sha256', key).update(message).digest();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Tries every PIN of four digits against what somebody could read: whatever is made of a PIN here, and proofs under it for
 * each number that was read.
 * @param nonces those that a proof could be for; all of a festival's ids take too long
 * @returns the PINs that something readable confirms
 */
export const guessPins = async (options: {
  readable: string;
  params: PinParams;
  operatorId: string;
  nonces?: readonly string[];
}): Promise<string[]> => {
  const { params, operatorId, nonces = [] } = options;
  const { values } = secretsIn(options.readable);
  const confirms = async (pin: string): Promise<boolean> => {
    const stretched = await stretchPin(pin, params);
    const pinKey = pinKeyOf(stretched);
    const made = [
      ...[stretched, pinKey].flatMap((key) => [key.toString('hex'), sha256(key)]),
      ...nonces.flatMap((nonce) =>
        [`sign-in\n${nonce}\n${operatorId}`, `session\n${nonce}`, `laptop\n${nonce}`].map((message) =>
          hmac(pinKey, message).toString('hex'),
        ),
      ),
    ];
    return made.some((one) => values.has(one));
  };
  const found: string[] = [];
  const pins = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
  while (pins.length > 0) {
    const some = pins.splice(0, 200);
    const confirmed = await Promise.all(some.map(confirms));
    found.push(...some.filter((_, index) => confirmed[index]));
  }
  return found;
};
