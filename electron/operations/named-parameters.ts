import type { Statement } from '../festival/sql.ts';

/** Literals, quoted names, comments and casts, in which a colon is no parameter; then the parameters. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([a-z_][a-z0-9_]*)/g;

/**
 * Binds `:name` parameters of a runbook's query by position; casts (`::`), literals and comments stay as they are.
 * @throws RangeError when the query names a parameter that there is no value for.
 */
export const bindNamed = (text: string, values: Readonly<Record<string, unknown>>): Statement => {
  const names: string[] = [];
  const bound = text.replace(TOKEN, (token: string, name: string | undefined) => {
    if (name === undefined) return token;
    if (!Object.hasOwn(values, name)) throw new RangeError(`unknown parameter :${name}`);
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text: bound, values: names.map((name) => values[name]) };
};
