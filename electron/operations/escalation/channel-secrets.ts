import { z } from 'zod';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import { CHANNEL_SECRETS, type ChannelSecrets, withSecrets } from '../../../shared/domain/channel-secrets.ts';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import type { EnrolledAs } from '../laptops/laptops.ts';
import { secretsOfMask, secretsProof } from '../operators/key-material.ts';
import { readEscalation, type SavedEscalation } from './settings.ts';

/** The settings of the escalation with the channels' secrets, for whoever sends. In memory only. */
export type SecretSettings = {
  /** The settings with their secrets, where this laptop has them. */
  held(saved: SavedEscalation): EscalationSettings | undefined;
  /** Reads the settings, and asks the database for the secrets where this laptop has not those of this version. */
  read(): Promise<Answer<EscalationSettings>>;
  /** This laptop was ended. */
  forget(): void;
};

const refusedRow = z.object({ outcome: z.literal('refused'), code: z.string() });
const begunRow = z.object({
  answer: z.discriminatedUnion('outcome', [refusedRow, z.object({ outcome: z.literal('begun'), nonce: z.uuid() })]),
});
const provenRow = z.object({
  answer: z.discriminatedUnion('outcome', [refusedRow, z.object({ outcome: z.literal('proven') })]),
});
const givenRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    refusedRow,
    z.object({ outcome: z.literal('given'), version: z.int(), masked: z.hex() }),
  ]),
});
const secretsSchema = z.partialRecord(z.enum(CHANNEL_SECRETS), z.string());

type Given = { readonly version: number; readonly secrets: ChannelSecrets };

export const createSecretSettings = (options: {
  database: FestivalDatabase;
  /** What this laptop is enrolled as; undefined where it is not. */
  enrolledAs: () => EnrolledAs | undefined;
}): SecretSettings => {
  const { database, enrolledAs } = options;
  let given: Given | undefined;

  const held: SecretSettings['held'] = ({ version, settings }) => {
    if (version === 0) return settings;
    return given?.version === version ? withSecrets(settings, given.secrets) : undefined;
  };
  const forget = (): void => {
    given = undefined;
  };
  return {
    held,
    read: async () => {
      const laptop = enrolledAs();
      if (laptop === undefined) {
        forget();
        return failed('laptop_not_enrolled');
      }
      for (;;) {
        const saved = await database.read(readEscalation);
        const settings = held(saved);
        if (settings !== undefined) return answered(settings);
        const answer = await askForSecrets(database, laptop);
        if (!answer.ok) {
          forget();
          return answer;
        }
        // Where the settings have changed in between they are read again.
        given = answer.value;
      }
    },
    forget,
  };
};

/** As in a sign-in: a number, a proof that is on the audit trail for good, and then what was asked for. */
const askForSecrets = async (database: FestivalDatabase, laptop: EnrolledAs): Promise<Answer<Given>> => {
  const { laptopId, deviceKey } = laptop;
  const { answer: begun } = await database.write((tx) =>
    tx.row(begunRow, sql`/* regie:secrets */ select console.secrets_challenge(${laptopId}::uuid) as answer`),
  );
  if (begun.outcome === 'refused') return failed(begun.code);
  const { nonce } = begun;
  const proof = secretsProof(deviceKey, nonce);
  const { answer: proven } = await database.write((tx) =>
    tx.row(
      provenRow,
      sql`/* regie:secrets */ select console.request_secrets(${nonce}::uuid, ${proof}::text) as answer`,
    ),
  );
  if (proven.outcome === 'refused') return failed(proven.code);
  const { answer } = await database.write((tx) =>
    tx.row(givenRow, sql`/* regie:secrets */ select console.give_secrets(${nonce}::uuid) as answer`),
  );
  if (answer.outcome === 'refused') return failed(answer.code);
  const text = secretsOfMask(deviceKey, Buffer.from(answer.masked, 'hex'), nonce).toString('utf8');
  return answered({ version: answer.version, secrets: secretsSchema.parse(JSON.parse(text)) });
};
