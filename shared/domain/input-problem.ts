import { z } from 'zod';

/** What may be wrong with a value; each has its sentence in both languages (`problems.<code>`). */
export const PROBLEMS = [
  'wrong_type',
  'not_whole',
  'empty',
  'too_short',
  'too_long',
  'too_few',
  'too_many',
  'too_small',
  'too_large',
  'not_above',
  'not_below',
  'not_multiple',
  'not_email',
  'not_address',
  'not_encrypted',
  'not_time',
  'not_storable',
  'wrong_format',
  'not_an_option',
  'unexpected',
  'duplicate',
  'contact_missing',
  'not_a_later_step',
  'parameter_unknown',
  'parameter_without_alert',
  'action_without_alert',
  'severity_without_alert',
  'file_too_long',
  'file_too_slow',
  'file_empty',
  'in_other_file',
  'not_reading',
] as const;
const problemSchema = z.enum(PROBLEMS);
export type Problem = z.infer<typeof problemSchema>;

/** A problem with what fills its sentence: a limit, or the value that it is about. */
export const inputProblemSchema = z.object({
  /** The path of the value; empty: the whole. */
  where: z.string(),
  problem: problemSchema,
  limit: z.union([z.string(), z.number()]),
});
export type InputProblem = z.infer<typeof inputProblemSchema>;

/** A file of the festival's own that was refused, or a part of it. */
export const fileProblemSchema = z.object({
  file: z.string(),
  line: z.int().nullable(),
  /** In English, for the log; where it is ours, also as a problem that the screen puts into its own language. */
  reason: z.string(),
  problem: inputProblemSchema.nullable(),
});
export type FileProblem = z.infer<typeof fileProblemSchema>;

const ownParams = z.object({ problem: problemSchema, limit: z.union([z.string(), z.number()]).default('') });

/** For `refine`: a problem of our own schemas. */
export const customParams = (problem: Problem, limit = '') => ({ problem, limit });

/** For `addIssue`: a problem of our own schemas, with zod's English message for logs. */
export const customProblem = (
  problem: Problem,
  { path, limit, message }: { path: (string | number)[]; limit: string; message: string },
) => ({ code: 'custom' as const, path, message, params: customParams(problem, limit) });

/**
 * What zod found, without a language: its own messages are English and written for programmers, and the core does not
 * know in which language a screen shows them.
 */
export const problemOf = (issue: z.core.$ZodIssue | undefined): InputProblem => {
  const [problem, limit = ''] = issue === undefined ? (['wrong_format'] as const) : classify(issue);
  return { where: issue?.path.map(String).join('.') ?? '', problem, limit };
};

const classify = (issue: z.core.$ZodIssue): readonly [Problem, (string | number)?] => {
  switch (issue.code) {
    case 'invalid_type':
      return [issue.expected === 'int' ? 'not_whole' : 'wrong_type'];
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive !== false);
    case 'not_multiple_of':
      return ['not_multiple', issue.divisor];
    case 'invalid_format':
      return [FORMATS[issue.format] ?? 'wrong_format'];
    case 'invalid_value':
      return ['not_an_option', issue.values.map(String).join(', ')];
    case 'unrecognized_keys':
      return ['unexpected', issue.keys.join(', ')];
    case 'custom': {
      const own = ownParams.safeParse(issue.params);
      return own.success ? [own.data.problem, own.data.limit] : ['wrong_format'];
    }
    case 'invalid_union':
      // Which of them it is stands in one field, and that has none of their names.
      return 'options' in issue && issue.options !== undefined
        ? ['not_an_option', issue.options.map(String).join(', ')]
        : ['wrong_format'];
    case 'invalid_key':
    case 'invalid_element':
      return ['wrong_format'];
  }
};

const FORMATS: Readonly<Record<string, Problem>> = { email: 'not_email', url: 'not_address', time: 'not_time' };
const LISTS: readonly string[] = ['array', 'set', 'map', 'record', 'object', 'file'];

const tooSmall = (origin: string, minimum: number, inclusive: boolean): readonly [Problem, number] => {
  if (origin === 'string') return [minimum === 1 ? 'empty' : 'too_short', minimum];
  if (LISTS.includes(origin)) return [minimum === 1 ? 'empty' : 'too_few', minimum];
  return [inclusive ? 'too_small' : 'not_above', minimum];
};

const tooBig = (origin: string, maximum: number, inclusive: boolean): readonly [Problem, number] => {
  if (origin === 'string') return ['too_long', maximum];
  if (LISTS.includes(origin)) return ['too_many', maximum];
  return [inclusive ? 'too_large' : 'not_below', maximum];
};
