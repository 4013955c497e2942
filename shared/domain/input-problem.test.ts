import { expect, it } from 'vitest';
import { z } from 'zod';
import { escalationSettingsSchema, GUIDE_ESCALATION } from './escalation.ts';
import { problemOf } from './input-problem.ts';

it.each<[string, z.ZodType, unknown, string, string | number]>([
  ['nothing', z.string(), undefined, 'wrong_type', ''],
  ['another type', z.number(), 'three', 'wrong_type', ''],
  ['a broken number', z.int(), 2.5, 'not_whole', ''],
  ['an empty text', z.string().trim().min(1), ' ', 'empty', 1],
  ['a short text', z.string().min(4), 'abc', 'too_short', 4],
  ['a long text', z.string().max(2), 'abc', 'too_long', 2],
  ['an empty list', z.array(z.string()).min(1), [], 'empty', 1],
  ['a long list', z.array(z.string()).max(1), ['a', 'b'], 'too_many', 1],
  ['a small number', z.number().min(2), 1, 'too_small', 2],
  ['a large number', z.number().max(2), 3, 'too_large', 2],
  ['a number at an open limit', z.number().gt(0), 0, 'not_above', 0],
  ['a number between steps', z.number().multipleOf(5), 3, 'not_multiple', 5],
  ['no address of mail', z.union([z.literal(''), z.email()]), 'nobody', 'not_email', ''],
  ['no address of the web', z.url({ protocol: /^https?$/ }), 'file:///x', 'not_address', ''],
  ['no time of day', z.iso.time({ precision: -1 }), '9', 'not_time', ''],
  ['a text of another form', z.string().regex(/^\+\d+$/), '06', 'wrong_format', ''],
  ['no option', z.enum(['en', 'fr']), 'de', 'not_an_option', 'en, fr'],
])('%s has a problem with a sentence', (_, schema, value, problem, limit) => {
  const parsed = z.object({ value: schema }).safeParse({ value });
  expect(problemOf(parsed.error?.issues[0])).toEqual({ where: 'value', problem, limit });
});

it('which kinds there are is said where the kind is none of them', () => {
  const item = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('sensed') }),
    z.object({ kind: z.literal('answered') }),
  ]);
  const parsed = z.object({ items: z.array(item) }).safeParse({ items: [{ kind: 'sensd' }] });
  expect(problemOf(parsed.error?.issues[0])).toEqual({
    ...{ where: 'items.0.kind', problem: 'not_an_option', limit: 'sensed, answered' },
  });
});

it('an entry that is not expected is named', () => {
  const parsed = z.strictObject({}).safeParse({ extra: 1 });
  expect(problemOf(parsed.error?.issues[0])).toEqual({ where: '', problem: 'unexpected', limit: 'extra' });
});

it('a rule between values has a sentence of its own', () => {
  const parsed = escalationSettingsSchema.safeParse({ ...GUIDE_ESCALATION, contacts: [] });
  expect(problemOf(parsed.error?.issues[0])).toMatchObject({ problem: 'contact_missing' });
});
