import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { texts } from './index.ts';

/** `board.title` → text, for every leaf. */
const leaves = (value: unknown, path = ''): [string, string][] =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));

const params = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

const english = new Map(leaves(texts('en')));
const french = new Map(leaves(texts('fr')));

describe('texts', () => {
  it('exist in both languages', () => {
    expect([...french.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('take the same figures in both languages', () => {
    const different = [...english].filter(
      ([key, text]) => params(text).join() !== params(french.get(key) ?? '').join(),
    );
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('are there for every key that a screen names', () => {
    const folder = join(import.meta.dirname, '../../renderer');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
    const named = sources.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\bt\('([a-zA-Z_.]+)'/g)].map((match) => match[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((key) => !english.has(key) && !english.has(`${key}_one`))).toEqual([]);
  });
});
