import { type RegisterFilter, registerFilterSchema, WHOLE_REGISTER } from '../../../shared/contract/register.ts';

type FilterName = keyof RegisterFilter;
const NAMES = Object.keys(WHOLE_REGISTER) as FilterName[];

/** The filter that an address says, and which parts of it nobody can read: these are left out, and said. */
export const filterOf = (query: string): { readonly filter: RegisterFilter; readonly unread: readonly string[] } => {
  const unread: string[] = [];
  const said: Partial<Record<FilterName, unknown>> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const known = NAMES.find((one) => one === name);
    const read = known && registerFilterSchema.shape[known].safeParse(value);
    if (known && read?.success) said[known] = read.data;
    else unread.push(name);
  }
  return { filter: { ...WHOLE_REGISTER, ...(said as Partial<RegisterFilter>) }, unread };
};

/** The part of the address behind the ?, without what is not asked for. */
export const queryOf = (filter: RegisterFilter): string =>
  new URLSearchParams(
    NAMES.flatMap((name): [string, string][] => {
      const value = filter[name];
      return value === null || value === '' ? [] : [[name, value]];
    }),
  ).toString();
