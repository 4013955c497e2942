import { type HistoryFilter, historyFilterSchema, WHOLE_HISTORY } from '../../../shared/contract/history.ts';
import { readAmount } from '../../../shared/domain/correction.ts';
import { toNumeric } from '../../../shared/domain/money.ts';

export type FilterName = keyof HistoryFilter;
const NAMES = Object.keys(WHOLE_HISTORY) as FilterName[];
const AMOUNTS: ReadonlySet<string> = new Set(['least', 'most']);

/** The filter that an address says, and which parts of it nobody can read: these are left out, and said. */
export const filterOf = (query: string): { readonly filter: HistoryFilter; readonly unread: readonly string[] } => {
  const asked = new URLSearchParams(query);
  const unread: string[] = [];
  const said: Partial<Record<FilterName, unknown>> = {};
  for (const [name, value] of asked) {
    const known = NAMES.find((one) => one === name);
    const read = known && historyFilterSchema.shape[known].safeParse(AMOUNTS.has(name) ? readAmount(value) : value);
    if (known && read?.success && read.data !== null) said[known] = read.data;
    else unread.push(name);
  }
  return { filter: { ...WHOLE_HISTORY, ...(said as Partial<HistoryFilter>) }, unread };
};

/** The part of the address behind the ?, without what is not asked for. */
export const queryOf = (filter: HistoryFilter): string =>
  new URLSearchParams(
    NAMES.flatMap((name): [string, string][] => {
      const value = filter[name];
      if (value === null || value === '') return [];
      return [[name, typeof value === 'number' ? toNumeric(value) : value]];
    }),
  ).toString();
