import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { type PinParams, pinKeyOf, stretchPin } from '../operations/operators/pin.ts';

/** Every value of 32 bytes in a text, however it is written, and every uuid. */
export const secretsIn = (text: string): { values: Set<string>; uuids: Set<string> } => {
  const values = new Set<string>();
  for (const [hex] of text.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi)) values.add(hex.toLowerCase());
  // What a text has little of is looked for first, then what stands before it: tens of megabytes are searched.
  for (const [, base64 = ''] of text.matchAll(/=(?<=([A-Za-z0-9+/]{43}=))/g))
    values.add(Buffer.from(base64, 'base64').toString('hex'));
  const uuids = new Set<string>();
  for (const [rest, start] of text.matchAll(/-(?<=([0-9a-f]{8})-)[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi)) {
    uuids.add(`${start}${rest}`.toLowerCase());
  }
  return { values, uuids };
};

const hmac = (key: KeyObject, message: string): string => createHmac('sha256', key).update(message).digest('hex');

/** Whose PIN it is, and what something readable may be a trace of. */
type Guesses = {
  readonly params: PinParams;
  readonly operatorId: string;
  /** Those that a proof could be for; all of a festival's ids take too long. */
  readonly nonces?: readonly string[];
};

/** All that is made of a PIN here, and proofs under it for each number that was read, with what it was stretched to. */
const madeOf = async (pin: string, { params, operatorId, nonces = [] }: Guesses) => {
  const stretched = await stretchPin(pin, params);
  const pinKey = pinKeyOf(stretched);
  // Whether a key is one is what costs: it is asked once.
  const key = createSecretKey(pinKey);
  const made = [
    ...[stretched, pinKey].flatMap((secret) => [secret.toString('hex'), hash('sha256', secret)]),
    ...nonces.flatMap((nonce) =>
      [`sign-in\n${nonce}\n${operatorId}`, `session\n${nonce}`, `laptop\n${nonce}`].map((message) =>
        hmac(key, message),
      ),
    ),
  ];
  return { made, stretched };
};

/** Tries a PIN against what somebody could read. @returns whether it confirms it, with what the PIN was stretched to */
export const createGuesser = ({ readable, ...guesses }: Guesses & { readonly readable: string }) => {
  const { values } = secretsIn(readable);
  return async (pin: string): Promise<{ confirmed: boolean; stretched: Buffer }> => {
    const { made, stretched } = await madeOf(pin, guesses);
    return { confirmed: made.some((one) => values.has(one)), stretched };
  };
};

/**
 * Tries every PIN of four digits against what each of several people could read.
 * @returns for each of them those that something readable confirms
 */
export const guessPins = async (readables: readonly string[], guesses: Guesses): Promise<string[][]> => {
  const readers = readables.map((readable) => ({ ...secretsIn(readable), found: [] as string[] }));
  const pins = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
  while (pins.length > 0) {
    const some = pins.splice(0, 200);
    const tried = await Promise.all(some.map((pin) => madeOf(pin, guesses)));
    for (const { values, found } of readers) {
      found.push(...some.filter((_, index) => tried[index]?.made.some((one) => values.has(one))));
    }
  }
  return readers.map(({ found }) => found);
};
