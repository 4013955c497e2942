import pg from 'pg';
import { z } from 'zod';
import { answers } from '../postgres/rows.ts';

/*
 * Each statement's columns have to be of types that its schema takes, whatever is in them: one that holds NULL in every test,
 * as a figure of the day before does, fails at a festival on its second day. Part of every test's setup.
 */

const { builtins } = pg.types;

/** What the driver hands over of a type (postgres/driver.ts). */
const HANDED_OVER: Readonly<Record<number, unknown>> = {
  [builtins.BOOL]: true,
  [builtins.INT2]: 1,
  [builtins.INT4]: 1,
  [builtins.FLOAT4]: 1.5,
  [builtins.FLOAT8]: 1.5,
  [builtins.INT8]: '1',
  [builtins.NUMERIC]: '1.00',
  [builtins.TIMESTAMPTZ]: '2026-01-01 00:00:00+00',
  [builtins.TIMESTAMP]: '2026-01-01 00:00:00',
  [builtins.UUID]: '00000000-0000-0000-0000-000000000000',
};

const compared = new Set<string>();

/** @returns the columns whose type the schema takes in no case */
const columnsThatCannotFit = (schema: z.ZodType, fields: readonly pg.FieldDef[]): string[] => {
  let of: z.ZodType = schema;
  while (of instanceof z.ZodPipe) of = of.in as z.ZodType;
  if (!(of instanceof z.ZodObject)) return [];
  const shape: Readonly<Record<string, z.ZodType>> = of.shape;
  return fields.flatMap(({ name, dataTypeID }) => {
    const sample = HANDED_OVER[dataTypeID];
    const parsed = sample === undefined ? undefined : shape[name]?.safeParse(sample);
    // Another value of the same type may be the right one.
    const issue = parsed?.error?.issues.find(({ code, path }) => code === 'invalid_type' && path.length === 0);
    return issue === undefined ? [] : [`${name}: ${issue.message}`];
  });
};

answers.heard = (schema, fields, { text }) => {
  if (compared.has(text)) return;
  const wrong = columnsThatCannotFit(schema, fields);
  if (wrong.length > 0) throw new Error(`columns that cannot fit their schema: ${wrong.join('; ')} (${text})`);
  compared.add(text);
};
