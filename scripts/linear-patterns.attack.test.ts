import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parametersOf } from '../shared/domain/runbook-parameters.ts';
import { beginsAsReading } from '../shared/domain/sql-scan.ts';

/*
 * Somebody writes a text for which a pattern tries one thing in many ways: a few hundred characters stop the process. Each
 * regular expression of the product is fed texts that are made of its own characters, and longer and longer. What counts
 * is how its time grows with the length, never how long it takes.
 */

const root = join(import.meta.dirname, '..');

type Found = { readonly where: string; readonly pattern: RegExp };

const patternsIn = (file: string): Found[] => {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true, kind);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const flags = node.text.slice(end + 1).replace('g', '');
      found.push({ where: `${file}:${line}`, pattern: new RegExp(node.text.slice(1, end), flags) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const product = execFileSync('git', ['ls-files', 'electron', 'shared', 'renderer'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('/testing/') && !file.endsWith('.test.ts'));
const patterns = product.flatMap(patternsIn);

/** Milliseconds of one try, the best of some: what else the machine does only ever makes it longer. */
const cost = (work: () => void, rounds = 3): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && best >= MEASURABLE_MS; round += 1) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
};
/** Below it the clock and the machine are all that is measured. */
const MEASURABLE_MS = 0.5;
/** Eight times the text costs a linear reader eight times as much, a quadratic one 64 times. */
const STEP = 8;
const ALLOWED = 30;
const LONGEST = 30_000;

type Seed = { readonly head: string; readonly pump: string; readonly tail: string };
/** What a pattern has matched before, and what it fails on in the end. */
const HEADS = ['', 'a@'];
const TAILS = ['\u0000', ' @'];

/** The text for which `read` takes out of proportion longer than for a shorter one of its kind; undefined: none. */
const outgrown = (read: (text: string) => void, seed: Seed): string | undefined => {
  const textOf = (count: number): string => seed.head + seed.pump.repeat(count) + seed.tail;
  const costs = new Map<number, number>();
  // First in small steps: a pattern that doubles its time with each repetition must not get to the long texts.
  for (let count = 2; count * seed.pump.length <= LONGEST; count = count < 32 ? count + 1 : count * 2) {
    const text = textOf(count);
    const quick = cost(() => read(text));
    // Whoever seems slow is asked again, more patiently: it may have been the machine.
    const now = quick < MEASURABLE_MS * ALLOWED ? quick : cost(() => read(text), 20);
    costs.set(count, now);
    const earlier = [...costs].filter(([shorter]) => shorter * STEP <= count || (count <= 32 && shorter <= count / 2));
    const [, before] = earlier.at(-1) ?? [0, now];
    if (now >= MEASURABLE_MS * ALLOWED && now > Math.max(before, MEASURABLE_MS) * ALLOWED) {
      return `${JSON.stringify(seed.pump)} × ${count}`;
    }
  }
  return undefined;
};

/** Letters and signs of a pattern, and what its classes stand for. */
const alphabetOf = ({ source }: RegExp): string[] => {
  const classes: Record<string, string> = { s: ' ', d: '1', w: 'a', S: 'a', W: '-', D: 'a' };
  const chars = [...source].flatMap((char, index) =>
    source[index - 1] === '\\' ? [classes[char] ?? char] : /[()|?*+\\^$[\]]/.test(char) ? [] : [char],
  );
  return [...new Set([...chars, 'a', '1', '\n'])];
};
const wordsOf = ({ source }: RegExp): string[] =>
  source
    .replace(/\\\//g, '/')
    .split(/[()|?*+\\^$[\]{}.]/)
    .filter((word) => word.length > 1);

const seedsOf = (pattern: RegExp): Seed[] => {
  const alphabet = alphabetOf(pattern).slice(0, 24);
  const pairs = alphabet.length > 14 ? [] : alphabet.flatMap((a) => alphabet.map((b) => a + b));
  const pumps = [...alphabet, ...pairs, ...wordsOf(pattern), '/**/', '--\n', "''", '""', '/*', '{{a', 'a@a.'];
  return pumps.flatMap((pump) => HEADS.flatMap((head) => TAILS.map((tail) => ({ head, pump, tail }))));
};

describe('a text of an attacker', () => {
  it('is read by every pattern of the product in time that grows with its length', () => {
    expect(patterns.length).toBeGreaterThan(40);
    const slow = patterns.flatMap(({ where, pattern }) => {
      for (const seed of seedsOf(pattern)) {
        const worst = outgrown((text) => pattern.test(text), seed);
        if (worst !== undefined) return [`${where} ${pattern} on ${worst}`];
      }
      return [];
    });
    expect(slow).toEqual([]);
  }, 300_000);

  it('is found by this test where a pattern can be stopped with it', () => {
    for (const pattern of [
      /^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(select|with)\b/i,
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
      /(a+)+$/,
    ]) {
      const stopped = seedsOf(pattern).some((seed) => outgrown((text) => pattern.test(text), seed) !== undefined);
      expect(stopped, String(pattern)).toBe(true);
    }
  });

  it('as a query of a runbook is judged in time that grows with its length', () => {
    for (const pump of ['/**/', '/*', '*/', '--', '--\n', "'", '"', ':a', '::', '/* ', 'select ']) {
      for (const read of [beginsAsReading, parametersOf]) {
        expect(
          outgrown((text) => read(text), { head: '', pump, tail: '!' }),
          pump,
        ).toBeUndefined();
      }
    }
    // What froze every console: 326 characters.
    expect(beginsAsReading(`${'/**/'.repeat(81)}!!`)).toBe(false);
  });
});
