import { z } from 'zod';
import type { Author } from './operator.ts';

/** A command as its body says it. `input` is without the operationId, which stands beside it. */
export type CommandBody = {
  readonly author: Author;
  readonly command: string;
  readonly input: Readonly<Record<string, z.core.util.JSONType>>;
  readonly operationId: string;
};

const bodySchema = z.strictObject({
  author: z.strictObject({
    laptop: z.string(),
    laptopAt: z.string(),
    laptopId: z.string().nullable(),
    operator: z.string(),
    operatorId: z.string(),
  }),
  command: z.string(),
  input: z.record(z.string(), z.json()),
  operationId: z.string(),
});

/** Bytes of a body at most; the festival's database refuses more (`console.take_command`). */
export const LARGEST_BODY = 1_048_576;

/**
 * The one text of a command, which is signed, kept and sent as it is: JSON with sorted keys and no spaces. The festival's
 * database refuses a body that is not exactly what its meaning would be written as (`console.canonical_json`).
 */
export const writeBody = ({ name, input, author }: Submitted): string => {
  const { operationId, ...rest } = input;
  const { laptop, laptopAt, laptopId, operator, operatorId } = author;
  return canonicalJson({
    author: { laptop, laptopAt, laptopId, operator, operatorId },
    command: name,
    input: rest,
    operationId: operationId.toLowerCase(),
  });
};

type Submitted = {
  readonly name: string;
  readonly input: Readonly<{ operationId: string }>;
  readonly author: Author;
};

/** What a body says; undefined where it is none. */
export const readBody = (body: string): CommandBody | undefined => {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/** JSON in one form for one meaning: sorted keys, no spaces, numbers without exponent. What is undefined is left out. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => byCodePoint(a, b))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
    return `{${entries.join(',')}}`;
  }
  return typeof value === 'number' ? plainNumber(value) : JSON.stringify(value);
};

/** As Postgres sorts text in UTF-8; JavaScript's own order differs beyond U+FFFF. */
const byCodePoint = (a: string, b: string): number => {
  const left = [...a];
  const right = [...b];
  const at = left.findIndex((char, index) => char !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
};

/** As Postgres writes a number in JSON: 1e+21 and 1e-7 are spelt out. */
const plainNumber = (value: number): string => {
  const text = JSON.stringify(value);
  const [, sign = '', whole = '', part = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + part;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`;
};
