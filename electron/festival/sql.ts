/** A statement with its parameters bound by position. */
export type Statement = { readonly text: string; readonly values: readonly unknown[] };

const LEADING_COMMENT = /^\s*(\/\*.*?\*\/)\s*(\w+)/;

/**
 * Tags a statement: every `${value}` becomes a bound parameter, never text, so that nothing is assembled from strings.
 * Begin the statement with a purpose comment such as `/* regie:tail *\/`, so that a DBA sees who asks. It is sent after
 * the first word: from Postgres 18 on, pg_stat_statements cuts off what stands before it.
 */
export const sql = (strings: TemplateStringsArray, ...values: readonly unknown[]): Statement => ({
  text: strings
    .reduce((text, part, index) => (index === 0 ? part : `${text}$${index}${part}`), '')
    .replace(LEADING_COMMENT, '$2 $1'),
  values,
});
