import { replaceParameters } from '../../../shared/domain/runbook-parameters.ts';
import type { Statement } from '../../postgres/sql.ts';

/**
 * Binds `:name` parameters of a runbook's query by position.
 * @throws RangeError when the query names a parameter that there is no value for.
 */
export const bindNamed = (text: string, values: Readonly<Record<string, unknown>>): Statement => {
  const names: string[] = [];
  const bound = replaceParameters(text, (name) => {
    if (!Object.hasOwn(values, name)) throw new RangeError(`unknown parameter :${name}`);
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text: bound, values: names.map((name) => values[name]) };
};
