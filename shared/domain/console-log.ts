import { z } from 'zod';
import { withoutSecrets } from './secret-text.ts';

export const LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A line of what Regie itself writes down on this laptop. */
export const consoleLineSchema = z.object({
  at: z.string(),
  level: z.enum(LOG_LEVELS),
  message: z.string(),
  /** What was written beside it, as JSON; empty where nothing was. */
  facts: z.string(),
});
export type ConsoleLine = z.infer<typeof consoleLineSchema>;

const rawSchema = z.looseObject({ level: z.number(), time: z.string(), msg: z.string() });
type Raw = z.infer<typeof rawSchema>;

const LEVEL_OF: readonly (readonly [number, LogLevel])[] = [
  [50, 'error'],
  [40, 'warn'],
  [0, 'info'],
];
const levelOf = (level: number): LogLevel => LEVEL_OF.find(([least]) => level >= least)?.[1] ?? 'info';

/** A line of the file; undefined where it is none: cut off when the laptop lost its power. */
export const parseConsoleLine = (text: string): Raw | undefined => {
  try {
    const parsed = rawSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/** A line as the screen shows it: whole, but for what looks like a secret. */
export const shownConsoleLine = ({ level, time, msg, ...facts }: Raw): ConsoleLine => ({
  at: time,
  level: levelOf(level),
  message: withoutSecrets(msg),
  facts: Object.keys(facts).length === 0 ? '' : withoutSecrets(JSON.stringify(facts)).slice(0, 4_000),
});

/** Facts whose texts are words of the program: names of calls, of watchers, of states. */
const OWN_WORDS: ReadonlySet<string> = new Set(['call', 'code', 'state', 'syscall', 'type', 'version', 'what']);
const OWN_WORD = /^[\w .,:’-]{1,60}$/;
/** Where in the program it was: `at connect (file:///…/electron/site/connect.ts:12:5)`. */
const FRAME = /((?:electron|shared|renderer|out|node_modules)\/[\w./@+-]{1,200}\.[cm]?[jt]sx?:\d{1,6}:\d{1,6})/;

/**
 * A line for somebody outside: when, how bad, what, figures, and where in the program. Nothing that others have written gets
 * through: no words of an error, no statement, no text of a fact that isn't a word of the program itself.
 */
export const lineForSupport = ({ level, time, msg, ...facts }: Raw): string =>
  JSON.stringify({ at: time, level: levelOf(level), message: msg, ...(bareFacts(facts, 0) as object) });

const bareFacts = (value: unknown, depth: number): unknown => {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || depth > 4) return undefined;
  if (Array.isArray(value)) return value.length;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (!/^[a-zA-Z_]{1,30}$/.test(key)) return [];
      if (key === 'stack' && typeof inner === 'string') return [['stack', framesOf(inner)]];
      if (typeof inner === 'string') return OWN_WORDS.has(key) && OWN_WORD.test(inner) ? [[key, inner]] : [];
      const bare = bareFacts(inner, depth + 1);
      return bare === undefined ? [] : [[key, bare]];
    }),
  );
};

const framesOf = (stack: string): string[] =>
  stack
    .split('\n')
    .slice(0, 40)
    .flatMap((line) => FRAME.exec(line.slice(0, 600))?.[1] ?? []);
