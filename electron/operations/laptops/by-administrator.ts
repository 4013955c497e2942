import { type Statement, sql } from '../../postgres/sql.ts';
import type { EnrolledAs } from './laptops.ts';

/** Enrols a laptop as the administrator, who needs no code: what had its name before is ended. In this order. */
export const enrolmentStatements = ({ laptopId, name, deviceKey }: EnrolledAs): readonly Statement[] => [
  sql`/* regie:laptops */
    update console.enrolled_laptops set ended_at = clock_timestamp()
    where lower(name) = lower(${name}::text) and laptop_id <> ${laptopId}::uuid and ended_at is null`,
  sql`/* regie:laptops */
    insert into console.enrolled_laptops (laptop_id, name) values (${laptopId}::uuid, ${name}::text)
    on conflict (laptop_id) do nothing`,
  sql`/* regie:laptops */
    insert into console.laptop_keys (laptop_id, key)
    values (${laptopId}::uuid, decode(${deviceKey.toString('hex')}::text, 'hex'))
    on conflict (laptop_id) do nothing`,
];

/** Lets a laptop be enrolled with this code. Answers until when. */
export const invitationStatement = (code: { codeId: string; codeKey: Buffer; name: string | null }): Statement =>
  sql`/* regie:laptops */
    insert into console.enrolment_codes (code_id, code_key, name)
    values (${code.codeId}::text, decode(${code.codeKey.toString('hex')}::text, 'hex'), ${code.name}::text)
    returning expires_at`;
