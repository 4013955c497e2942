import type { z } from 'zod';
import { idIn } from '../../../shared/domain/row-id.ts';

/**
 * An input whose ids stand as numbers, as an older version wrote them, with those as text: docs/decisions/0031-ids-are-text.md.
 * A number that may have lost digits stays what it is, and is refused.
 * @param issues what the contract found in it
 */
export const idsAsText = (input: unknown, issues: readonly z.core.$ZodIssue[]): unknown => {
  const read = structuredClone(input);
  for (const { path } of issues) {
    const at = path.slice(0, -1).reduce<unknown>((part, key) => (isObject(part) ? part[String(key)] : undefined), read);
    const key = String(path.at(-1));
    const value = isObject(at) ? at[key] : undefined;
    const id = typeof value === 'number' ? idIn(value) : null;
    if (isObject(at) && id !== null) at[key] = id;
  }
  return read;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
