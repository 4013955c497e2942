import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { enrolmentStatements } from '../operations/laptops/by-administrator.ts';
import { openSession } from '../postgres/session.ts';
import { sql } from '../postgres/sql.ts';
import type { DeviceKeys } from './device-keys.ts';

const festivalRow = z.object({ id: z.uuid() });
const knownRow = z.object({ known: z.boolean() });

/** Enrols this laptop in its own training festival: the administrator's password is on its disk. */
export const enrolTraining = async (options: {
  /** The administrator's. */
  settings: ConnectionSettings;
  keys: DeviceKeys;
  laptop: string;
}): Promise<void> => {
  const { settings, keys, laptop } = options;
  const session = await openSession({ settings, applicationName: `regie/${laptop}` });
  try {
    const { id } = await session.row(
      festivalRow,
      sql`/* regie:laptops */ select festival_id::text as id from console.identity`,
    );
    const before = keys.read(id);
    const { known } = await session.row(
      knownRow,
      sql`/* regie:laptops */
        select exists (select from console.enrolled_laptops l join console.laptop_keys using (laptop_id)
          where laptop_id = ${before?.laptopId ?? null}::uuid and l.ended_at is null) as known`,
    );
    if (known) return;
    const as = { laptopId: uuid(), name: laptop, deviceKey: randomBytes(32) };
    for (const statement of enrolmentStatements(as)) await session.rows(z.unknown(), statement);
    keys.write(id, as);
  } finally {
    session.destroy();
  }
};
