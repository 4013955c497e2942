import type { FestivalReport } from '../../../shared/domain/report.ts';

/** Whether two ways of counting come to something else, or a correction breaks a rule. */
export const reportDiffers = ({ money: { liabilities, orders }, corrections }: FestivalReport): boolean =>
  liabilities.historyShrank ||
  liabilities.differing.rows.length > 0 ||
  (orders?.differing.rows.length ?? 0) > 0 ||
  corrections.reconciled?.ok === false;
