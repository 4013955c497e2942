import { z } from 'zod';
import type { Attendance } from '../../shared/domain/alarm-quality.ts';
import type { Transaction } from './pool.ts';
import { countColumn, serialColumn } from './rows.ts';
import { sql } from './sql.ts';

const attendanceRow = z.object({ period: serialColumn, people: countColumn });

/** How many people were signed in since a period of ten minutes, by its number (shared/domain/alarm-quality.ts). */
export const readAttendance = async (tx: Transaction, sincePeriod: number): Promise<Attendance> => {
  const rows = await tx.rows(
    attendanceRow,
    // By primary key.
    sql`/* regie:attendance */
      select period, count(*) as people from console.attendance
      where period >= ${String(sincePeriod)}::bigint group by period`,
  );
  return new Map(rows.map(({ period, people }) => [period, people]));
};
