import { z } from 'zod';
import type { Buffer } from './buffer.ts';

/** What this laptop calls the entries of the incident log that are written on it: each its own number, once. */
export type LogNumbers = {
  /**
   * The number of the entry of this operation; the same each time that it is asked for.
   * @param above a number that is in use already, as the copy of the log has it: a lost file does not count from 1 again
   */
  numberOf(operationId: string, above: number): number;
};

const row = z.object({ number: z.int() });

export const createLogNumbers = (buffer: Buffer): LogNumbers => {
  const insert = buffer.prepare(`
    insert into log_numbers (operation_id, number)
    select ?, max(coalesce((select max(number) from log_numbers), 0), ?) + 1
    where true on conflict (operation_id) do nothing`);
  const select = buffer.prepare('select number from log_numbers where operation_id = ?');
  return {
    numberOf: (operationId, above) => {
      insert.run(operationId, above);
      return row.parse(select.get(operationId)).number;
    },
  };
};
