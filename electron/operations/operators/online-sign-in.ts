import { z } from 'zod';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import { type Instant, instantSchema } from '../../../shared/domain/primitives.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { EnrolledAs } from '../laptops/laptops.ts';
import { laptopSecretOf, sessionSecretOf, signInProof, signOutProof } from './key-material.ts';
import { type PinParams, pinKeyOf, pinParamsSchema } from './pin.ts';
import type { SigningKey } from './proof.ts';

/** The key of a session: in memory only, and for some hours. */
export type SessionKey = SigningKey & { readonly expiresAt: Instant };

/** What a sign-in with the network gives. */
export type SignedInOnline = {
  readonly sessionKey: SessionKey;
  /** Their key of this laptop; null for one command. */
  readonly laptopKey: SigningKey | null;
  readonly pinAt: Instant;
};

/** As jsonb writes it. */
const jsonInstant = z
  .string()
  .transform((text) => text.replace('+00:00', 'Z'))
  .pipe(instantSchema);
const refused = z.object({
  outcome: z.literal('refused'),
  code: z.string(),
  left: z.int().optional(),
  until: jsonInstant.optional(),
});
const answerOf = <Answer extends z.ZodObject>(good: Answer) =>
  z.object({
    answer: z.discriminatedUnion('outcome', [refused, good as never]) as z.ZodType<
      z.infer<typeof refused> | z.infer<Answer>
    >,
  });

const begunRow = answerOf(
  z.object({ outcome: z.literal('begun'), nonce: z.uuid(), pin_params: pinParamsSchema, pin_at: jsonInstant }),
);
const triedRow = answerOf(z.object({ outcome: z.literal('tried') }));
const signedInRow = answerOf(
  z.object({
    outcome: z.literal('signed_in'),
    session_key: z.uuid(),
    expires_at: jsonInstant,
    laptop_key: z.uuid().nullable(),
    masked: z.hex().nullable(),
  }),
);

const refusal = (name: string, { code, left, until }: z.infer<typeof refused>): Answer<never> =>
  failed(code, { name, ...(left !== undefined && { left }), ...(until !== undefined && { until }) });

/**
 * Signs somebody in with the network, in three transactions: a number used once, the try, which is counted before anybody
 * is told what came of it, and its answer. The PIN itself is not sent, nor is anything else that could be used again.
 */
export const signInOnline = async (
  database: FestivalDatabase,
  who: {
    operator: { readonly operatorId: string; readonly name: string };
    laptop: EnrolledAs;
    /** Of the PIN that was typed, which may have been begun with the parameters that this laptop knew. */
    stretch: (params: PinParams) => Promise<Buffer>;
    /** For one command: the key ends in minutes, and this laptop keeps none. */
    once: boolean;
  },
): Promise<Answer<SignedInOnline>> => {
  const { operatorId, name } = who.operator;
  const { laptopId, deviceKey } = who.laptop;
  const { answer: begun } = await database.write((tx) =>
    tx.row(
      begunRow,
      sql`/* regie:sign-in */ select console.sign_in_challenge(${operatorId}::uuid, ${laptopId}::uuid) as answer`,
    ),
  );
  if (begun.outcome === 'refused') return refusal(name, begun);
  const { nonce, pin_params: pinParams, pin_at: pinAt } = begun;
  const pinKey = pinKeyOf(await who.stretch(pinParams));
  const [laptopProof, pinProof] = [deviceKey, pinKey].map((key) => signInProof(key, nonce, operatorId));
  const { answer: tried } = await database.write((tx) =>
    tx.row(
      triedRow,
      sql`/* regie:sign-in */ select console.try_pin(${nonce}::uuid, ${laptopProof}::text, ${pinProof}::text) as answer`,
    ),
  );
  if (tried.outcome === 'refused') return refusal(name, tried);
  const { answer } = await database.write((tx) =>
    tx.row(
      signedInRow,
      sql`/* regie:sign-in */ select console.sign_in(${nonce}::uuid, ${who.once}::boolean) as answer`,
    ),
  );
  if (answer.outcome === 'refused') return refusal(name, answer);
  return answered({
    sessionKey: {
      keyId: answer.session_key,
      secret: sessionSecretOf(pinKey, nonce),
      expiresAt: answer.expires_at,
    },
    laptopKey:
      answer.laptop_key === null || answer.masked === null
        ? null
        : { keyId: answer.laptop_key, secret: laptopSecretOf(pinKey, Buffer.from(answer.masked, 'hex'), nonce) },
    pinAt,
  });
};

/** Tells the database that a session is over. */
export const signOut = async (database: FestivalDatabase, { keyId, secret }: SigningKey): Promise<void> => {
  await database.write((tx) =>
    tx.run(sql`/* regie:sign-in */ select console.sign_out(${keyId}::uuid, ${signOutProof(secret, keyId)}::text)`),
  );
};
