import { readAmount } from '../../../shared/domain/correction.ts';
import { type Cents, toNumeric } from '../../../shared/domain/money.ts';

/** How each part of a filter is read. */
type Shape<Filter> = {
  readonly [Name in keyof Filter]: {
    safeParse(said: unknown): { readonly success: true; readonly data: Filter[Name] } | { readonly success: false };
  };
};

/**
 * How an address says a filter.
 * @param whole what asks for everything: each part null, or empty
 * @param amounts the parts that an address says in euros
 */
export const filterInAddress = <Filter extends Readonly<Record<keyof Filter, string | Cents | null>>>(
  shape: Shape<Filter>,
  whole: Filter,
  amounts: readonly (keyof Filter)[] = [],
) => {
  type Name = keyof Filter & string;
  const names = Object.keys(whole) as Name[];
  return {
    /** The filter that an address says, and which parts of it nobody can read: these are left out, and said. */
    filterOf: (query: string): { readonly filter: Filter; readonly unread: readonly string[] } => {
      const unread: string[] = [];
      const filter = { ...whole };
      for (const [name, value] of new URLSearchParams(query)) {
        const known = names.find((one) => one === name);
        const read = known && shape[known].safeParse(amounts.includes(known) ? readAmount(value) : value);
        if (known && read?.success && read.data !== null) filter[known] = read.data;
        else unread.push(name);
      }
      return { filter, unread };
    },
    /** The part of the address behind the ?, without what is not asked for. */
    queryOf: (filter: Filter): string =>
      new URLSearchParams(
        names.flatMap((name): [string, string][] => {
          const value: string | Cents | null = filter[name];
          if (value === null || value === '') return [];
          return [[name, typeof value === 'number' ? toNumeric(value) : value]];
        }),
      ).toString(),
  };
};
