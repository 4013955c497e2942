import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import type { EnrolledLaptop } from '../../../shared/contract/laptops.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { deviceKeyOf, enrolmentProof } from '../operators/key-material.ts';
import { type Signatory, signed } from '../operators/signed.ts';
import { newEnrolmentCode, parseEnrolmentCode } from './enrolment-code.ts';

/** What makes a laptop one of a festival's. */
export type EnrolledAs = { readonly laptopId: string; readonly name: string; readonly deviceKey: Buffer };

const laptopRow = z.object({
  laptop_id: z.uuid(),
  name: z.string(),
  enrolled_at: instantColumn,
  enrolled_by: z.string().nullable(),
  login: z.string(),
  last_seen_at: instantColumn.nullable(),
  ended_at: instantColumn.nullable(),
  ended_by: z.string().nullable(),
  operators: z.array(z.string()),
});

/** Every laptop that was ever enrolled; those that were ended last. */
export const readLaptops = async (tx: Transaction): Promise<EnrolledLaptop[]> => {
  const rows = await tx.rows(
    laptopRow,
    sql`/* regie:laptops */
      select l.laptop_id::text, l.name, l.enrolled_at, l.enrolled_by, l.login,
        greatest(l.last_seen, p.seen_at) as last_seen_at, l.ended_at, l.ended_by,
        coalesce((select json_agg(distinct o.name order by o.name)
          from console.signing_keys k join console.operators o using (operator_id)
          where k.laptop_id = l.laptop_id and k.kind = 'laptop'), '[]') as operators
      from console.enrolled_laptops l left join console.laptops p on p.laptop = l.name and l.ended_at is null
      order by l.ended_at desc nulls first, lower(l.name)`,
  );
  return rows.map((row) => ({
    laptopId: row.laptop_id,
    name: row.name,
    enrolledAt: row.enrolled_at,
    enrolledBy: row.enrolled_by,
    login: row.login,
    lastSeenAt: row.last_seen_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
    operators: row.operators,
  }));
};

const enrolledRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('enrolled'), name: z.string() }),
    z.object({ outcome: z.literal('refused'), code: z.string() }),
  ]),
});

/** Enrols this laptop with a code that a supervisor or the administrator has made. */
export const enrolLaptop = async (
  database: FestivalDatabase,
  typed: { code: string; name: string },
): Promise<Answer<EnrolledAs>> => {
  const code = parseEnrolmentCode(typed.code);
  if (code === undefined) return failed('enrolment_code_wrong');
  const { codeId, codeKey } = code;
  const { name } = typed;
  const as = { laptopId: uuid(), name, nonce: randomBytes(16).toString('hex') };
  const { answer } = await database.write((tx) =>
    tx.row(
      enrolledRow,
      sql`/* regie:laptops */
        select console.enrol_laptop(${codeId}::text, ${as.laptopId}::uuid, ${name}::text, ${as.nonce}::text,
          ${enrolmentProof(codeKey, as)}::text) as answer`,
    ),
  );
  if (answer.outcome === 'refused') return failed(answer.code, { name });
  return answered({ laptopId: as.laptopId, name: answer.name, deviceKey: deviceKeyOf(codeKey, as) });
};

const invitedRow = z.object({ expires_at: instantColumn });

/** Makes a one-time code for another laptop. Only who made it has it: the database keeps a key of it. */
export const inviteLaptop = async (
  database: FestivalDatabase,
  by: Signatory,
): Promise<Answer<{ code: string; expiresAt: string }>> => {
  const code = newEnrolmentCode();
  const parsed = parseEnrolmentCode(code);
  if (parsed === undefined) throw new Error('a new code that is none');
  const { codeId, codeKey } = parsed;
  const key = codeKey.toString('hex');
  const operationId = uuid();
  const content = { codeId, codeSha256: createHash('sha256').update(codeKey).digest('hex') };
  return signed(database, by, { operationId, command: 'laptops.invite', content }, async (tx) => {
    const { expires_at: expiresAt } = await tx.row(
      invitedRow,
      sql`/* regie:laptops */
          select console.invite_laptop(${operationId}::uuid, decode(${key}::text, 'hex')) as expires_at`,
    );
    return answered({ code, expiresAt });
  });
};

const endedRow = z.object({ asked: z.int().nullable() });

/** Ends a laptop for good. @returns how many are asked to change their PIN */
export const endLaptop = async (
  database: FestivalDatabase,
  by: Signatory,
  { laptopId }: { laptopId: string },
): Promise<Answer<{ asked: number }>> => {
  const operationId = uuid();
  return signed(database, by, { operationId, command: 'laptops.end', content: { laptopId } }, async (tx) => {
    const { asked } = await tx.row(
      endedRow,
      sql`/* regie:laptops */
        select console.end_laptop(${operationId}::uuid) as asked`,
    );
    if (asked === null) return failed('not_found');
    return answered({ asked });
  });
};
