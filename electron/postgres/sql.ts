import { createHash } from 'node:crypto';

/** A statement with its parameters bound by position. */
export type Statement = {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Under which the server keeps it prepared; the same text has the same name. */
  readonly name?: string;
};

const LEADING_COMMENT = /^\s*(\/\*.*?\*\/)\s*(\w+)/;

/**
 * Tags a statement: every `${value}` becomes a bound parameter, never text, so that nothing is assembled from strings.
 * Begin the statement with a purpose comment such as `/* regie:tail *\/`, so that a DBA sees who asks. It is sent after
 * the first word: from Postgres 18 on, pg_stat_statements cuts off what stands before it.
 */
export const sql = (strings: TemplateStringsArray, ...values: readonly unknown[]): Statement => {
  let prepared = known.get(strings);
  if (prepared === undefined) {
    prepared = prepare(strings);
    known.set(strings, prepared);
  }
  return { ...prepared, values };
};

/**
 * The same, planned anew each time: for what is asked seldom and goes wrong by a plan that was kept from when the tables
 * were empty.
 */
export const plannedAnew = ({ text, values }: Statement): Statement => ({ text, values });

/** Texts of the program itself, each made once. */
const known = new WeakMap<TemplateStringsArray, { text: string; name?: string }>();

const prepare = (strings: TemplateStringsArray): { text: string; name?: string } => {
  const text = strings
    .reduce((joined, part, index) => (index === 0 ? part : `${joined}$${index}${part}`), '')
    .replace(LEADING_COMMENT, '$2 $1');
  // Planning a statement anew each second costs more than running it; what names no purpose is not worth keeping.
  return text.includes('/* regie:') ? { text, name: createHash('md5').update(text).digest('hex') } : { text };
};
