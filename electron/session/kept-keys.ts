import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Instant, instantSchema } from '../../shared/domain/primitives.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import { newPinParams, pinParamsSchema, stretchPin, wrappingKeyOf } from '../operations/operators/pin.ts';
import type { SigningKey } from '../operations/operators/proof.ts';

/**
 * Operators' keys that this laptop keeps, each locked by their PIN together with the laptop's device key: who has signed
 * in here with the network can do so without it.
 */
export type KeptKeys = {
  /** Somebody's locked key; undefined where this laptop has none for this PIN. */
  find(operatorId: string, pinAt: Instant): KeptKey | undefined;
  /** @returns undefined where the PIN, or the laptop, is another one */
  open(kept: KeptKey, pin: string, deviceKey: Buffer): Promise<SigningKey | undefined>;
  /** Keeps it, where it is not kept already. */
  keep(operatorId: string, key: SigningKey, by: { pin: string; deviceKey: Buffer; pinAt: Instant }): Promise<void>;
  /** Keys of PINs that were changed go. */
  follow(
    operators: readonly { readonly operatorId: string; readonly active: boolean; readonly pinAt: Instant }[],
  ): void;
  /** All of them go: this laptop was ended. */
  clear(): void;
};

const keptKeySchema = z.object({
  keyId: z.uuid(),
  pinParams: pinParamsSchema,
  pinAt: instantSchema,
  iv: z.base64(),
  tag: z.base64(),
  wrapped: z.base64(),
});
export type KeptKey = z.infer<typeof keptKeySchema>;
const allSchema = z.record(z.uuid(), keptKeySchema);

export const createKeptKeys = (options: {
  store: PreferenceStore;
  /** Of the festival on screen; undefined before it has ever answered. */
  festivalId: () => string | undefined;
}): KeptKeys => {
  const { store } = options;
  const name = (): string => `laptop-keys-${options.festivalId() ?? ''}`;
  const all = (): z.infer<typeof allSchema> => store.read(name(), allSchema) ?? {};
  return {
    find: (operatorId, pinAt) => {
      const kept = all()[operatorId];
      return kept?.pinAt === pinAt ? kept : undefined;
    },
    open: async (kept, pin, deviceKey) => {
      const stretched = await stretchPin(pin, kept.pinParams);
      const [iv, tag, wrapped] = [kept.iv, kept.tag, kept.wrapped].map((text) => Buffer.from(text, 'base64')) as [
        Buffer,
        Buffer,
        Buffer,
      ];
      const decipher = createDecipheriv('aes-256-gcm', wrappingKeyOf(stretched, deviceKey), iv);
      decipher.setAuthTag(tag);
      try {
        return { keyId: kept.keyId, secret: Buffer.concat([decipher.update(wrapped), decipher.final()]) };
      } catch {
        // The tag says that it is another key: a wrong PIN.
        return undefined;
      }
    },
    keep: async (operatorId, { keyId, secret }, { pin, deviceKey, pinAt }) => {
      const before = all()[operatorId];
      if (before?.keyId === keyId && before.pinAt === pinAt) return;
      const pinParams = newPinParams('disk');
      const stretched = await stretchPin(pin, pinParams);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', wrappingKeyOf(stretched, deviceKey), iv);
      const wrapped = Buffer.concat([cipher.update(secret), cipher.final()]);
      const [ivText, tag, wrappedText] = [iv, cipher.getAuthTag(), wrapped].map((bytes) => bytes.toString('base64'));
      const kept = keptKeySchema.parse({ keyId, pinParams, pinAt, iv: ivText, tag, wrapped: wrappedText });
      store.write(name(), { ...all(), [operatorId]: kept });
    },
    follow: (operators) => {
      const kept = Object.entries(all());
      const valid = kept.filter(([operatorId, { pinAt }]) =>
        operators.some((operator) => operator.operatorId === operatorId && operator.active && operator.pinAt === pinAt),
      );
      if (valid.length < kept.length) store.write(name(), Object.fromEntries(valid));
    },
    clear: () => store.write(name(), {}),
  };
};
