import type { RegieError } from '../../../shared/contract/errors.ts';
import type { Receipt } from '../../../shared/domain/receipt.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { useLive } from '../../query.ts';

/** The correction that wrote a row of the log, as the festival has it. */
export const useReceipt = (logId: RowId): { receipt: Receipt | null; error: RegieError | null } => {
  const { data, error } = useLive('receipt.look', { logId }, { fixed: true });
  return { receipt: data ?? null, error };
};
