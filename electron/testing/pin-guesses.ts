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

/** What somebody has read, and what it may be a trace of. */
type Guesses = {
  readonly readable: string;
  readonly params: PinParams;
  readonly operatorId: string;
  /** Those that a proof could be for; all of a festival's ids take too long. */
  readonly nonces?: readonly string[];
};

/**
 * Tries a PIN against what somebody could read: whatever is made of a PIN here, and proofs under it for each number that was
 * read. @returns whether something readable confirms it, with what it was stretched to
 */
export const createGuesser = ({ readable, params, operatorId, nonces = [] }: Guesses) => {
  const { values } = secretsIn(readable);
  return async (pin: string): Promise<{ confirmed: boolean; stretched: Buffer }> => {
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
    return { confirmed: made.some((one) => values.has(one)), stretched };
  };
};

/** Tries every PIN of four digits. @returns those that something readable confirms */
export const guessPins = async (guesses: Guesses): Promise<string[]> => {
  const guess = createGuesser(guesses);
  const found: string[] = [];
  const pins = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
  while (pins.length > 0) {
    const some = pins.splice(0, 200);
    const answers = await Promise.all(some.map(guess));
    found.push(...some.filter((_, index) => answers[index]?.confirmed));
  }
  return found;
};
