import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import { type Operator, operatorSchema } from '../../../shared/domain/operator.ts';
import { instantSchema } from '../../../shared/domain/primitives.ts';
import type { Role } from '../../../shared/domain/rights.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { EnrolledAs } from '../laptops/laptops.ts';
import { firstSupervisorProof } from './key-material.ts';
import { newPinParams, pinKeyOf, pinParamsSchema, stretchPin } from './pin.ts';
import { type Signatory, signed } from './signed.ts';

/** An operator as this laptop keeps them: nothing of it lets anybody try a PIN. */
export const knownOperatorSchema = operatorSchema.extend({
  pinParams: pinParamsSchema,
  changedAt: instantSchema,
  /** When the PIN was set. */
  pinAt: instantSchema,
});
export type KnownOperator = z.infer<typeof knownOperatorSchema>;

const operatorRow = z.object({
  operator_id: z.uuid(),
  name: z.string(),
  role: operatorSchema.shape.role,
  active: z.boolean(),
  locked_until: instantColumn.nullable(),
  pin_params: pinParamsSchema,
  pin_digits: z.int(),
  pin_change_asked: z.boolean(),
  changed_at: instantColumn,
  pin_at: instantColumn,
});

/** All operators of the festival, by name. */
export const readOperators = async (tx: Transaction): Promise<KnownOperator[]> => {
  const rows = await tx.fittingRows(
    operatorRow,
    sql`/* regie:operators */
      select operator_id::text, name, role, active, case when locked_until > clock_timestamp() then locked_until end as locked_until,
        pin_params, pin_digits, pin_change_asked is not null as pin_change_asked, changed_at, pin_at
      from console.operators order by lower(name)`,
    { name: 'operators', id: 'operator_id' },
  );
  return rows.map((row) => ({
    operatorId: row.operator_id,
    name: row.name,
    role: row.role,
    active: row.active,
    lockedUntil: row.locked_until,
    pinParams: row.pin_params,
    pinDigits: row.pin_digits,
    pinChangeAsked: row.pin_change_asked,
    changedAt: row.changed_at,
    pinAt: row.pin_at,
  }));
};

/** The answer of what has nothing to tell but that it was done. */
type Nothing = Record<string, never>;

/** What the screens see. */
export const shownOperator = ({ pinParams: _, changedAt: __, pinAt: ___, ...operator }: KnownOperator): Operator =>
  operator;

/** What the database gets of a new PIN. The key is hexadecimal, and is given as a bound value only. */
const newPinOf = async (pin: string) => {
  const params = newPinParams();
  const key = pinKeyOf(await stretchPin(pin, params)).toString('hex');
  return { params, digits: pin.length, key };
};

/** What a command says of it: which key goes beside it, not the key. */
const signedPin = ({ params, digits, key }: Awaited<ReturnType<typeof newPinOf>>) => ({
  params,
  digits,
  keySha256: createHash('sha256').update(key, 'hex').digest('hex'),
});

const madeRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('made') }),
    z.object({ outcome: z.literal('refused'), code: z.string() }),
  ]),
});

/** The first supervisor of a festival makes themselves, and enrols the laptop at which they sit where none is. */
export const createFirstSupervisor = async (
  database: FestivalDatabase,
  made: { operatorId: string; name: string; pin: string; laptop: EnrolledAs },
): Promise<Answer<Nothing>> => {
  const { operatorId, name, laptop } = made;
  const { params, digits, key } = await newPinOf(made.pin);
  const { answer } = await database.write((tx) =>
    tx.row(
      madeRow,
      sql`/* regie:operators */
        select console.create_first_supervisor(${operatorId}::uuid, ${name}::text, ${JSON.stringify(params)}::jsonb, ${digits}::int,
          decode(${key}::text, 'hex'), ${laptop.laptopId}::uuid, ${laptop.name}::text,
          decode(${laptop.deviceKey.toString('hex')}::text, 'hex'),
          ${firstSupervisorProof(laptop.deviceKey, operatorId)}::text) as answer`,
    ),
  );
  return answer.outcome === 'made' ? answered({}) : failed(answer.code, { name });
};

const savedRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('saved'), nominated: z.boolean().default(false) }),
    z.object({ outcome: z.literal('refused'), code: z.string() }),
  ]),
});

/**
 * Makes an operator, or changes one: role, whether they may sign in at all, and with `pin` a new PIN. One that is given
 * by somebody else ends what they sign with: what was signed and still waits is refused. `nominated`: they become a
 * supervisor when a second one saves the same.
 */
export const saveOperator = async (
  database: FestivalDatabase,
  by: Signatory,
  saved: { operatorId: string; name: string; role: Role; active: boolean; pin: string | undefined },
): Promise<Answer<{ nominated: boolean }>> => {
  const { operatorId, name, role, active } = saved;
  const operationId = uuid();
  const pin = saved.pin === undefined ? undefined : await newPinOf(saved.pin);
  const content = { operatorId, name, role, active, pin: pin && signedPin(pin) };
  return signed(database, by, { operationId, command: 'operators.save', content }, async (tx) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:operators */
        select console.save_operator(${operationId}::uuid, decode(${pin?.key ?? null}::text, 'hex')) as answer`,
    );
    if (answer.outcome === 'refused') return failed(answer.code, { name });
    return answered({ nominated: answer.nominated });
  });
};

/** A new PIN of one's own: what waits on laptops stays valid, sessions end. */
export const changePin = async (
  database: FestivalDatabase,
  by: Signatory,
  newPin: string,
): Promise<Answer<Nothing>> => {
  const operationId = uuid();
  const pin = await newPinOf(newPin);
  const content = { pin: signedPin(pin) };
  return signed(database, by, { operationId, command: 'operators.changePin', content }, async (tx) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:operators */
        select console.change_pin(${operationId}::uuid, decode(${pin.key}::text, 'hex')) as answer`,
    );
    if (answer.outcome === 'refused') return failed(answer.code, { name: by.author.operator });
    return answered({});
  });
};
