import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { builtinChecklists } from '../checklists/index.ts';
import { builtinRunbooks } from '../runbooks/index.ts';
import { figures } from './figures.ts';
import { texts } from './index.ts';

/** `board.title` → text, for every leaf. */
const leaves = (value: unknown, path = ''): [string, string][] =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));

const params = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

/** Every text of the runbooks and checklists in one language. */
const runbookTexts = (value: unknown, language: 'en' | 'fr'): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === language && typeof inner === 'string' ? [inner] : runbookTexts(inner, language),
  );
};

/** Phrases that a native speaker would not use here, or a second word for what has one already. */
const AVOIDED = {
  en: [
    /\bput off\b/i,
    /\btake it\b/i,
    /\btake(n|s)? back\b/i,
    /\bopen(ed)? again\b/i,
    /\bBLIND\b/,
    /\bprobes?\b/i,
    /\bhalf within\b/i,
    /\bheard of\b/i,
    /\blook again\b/i,
    /\bjust look\b/i,
    /\bbegun\b/i,
    /\bbegin(s|ning)?\b(?!;)/i,
    /\bon (its|their) way\b/i,
    /\bsay who you are\b/i,
    /\bby (itself|themselves)\b/i,
    /\bany more\b/i,
    /\btold\b/i,
    /\bladder\b/i,
    /\bperhaps\b/i,
    /\bas it is\b/i,
    /\bin work\b/i,
    /\bswitch(ed)? on\b(?!\. Scan)/i,
    /\bclosed ones\b/i,
    /\bkept\b/i,
    /\bjudged?\b/i,
    /\bfalse alarms?\b/i,
    /\bby hand\b/i,
    /\bcalls again\b/i,
  ],
  fr: [
    /\bfautes?\b/i,
    /\bfausses? alertes?\b/i,
    /\bsondes?\b/i,
    /\bd’(elle|lui)-même\b/i,
    /\btout(e)? seule?\b/i,
    /\bprises? en compte\b/i,
    /\bportables?\b/i,
    /\bscann/i,
    /\béchelle\b/i,
    /\bcl(ore|ose|oses|os)\b/i,
    /\breport(er|ée)\b/i,
    /\bregarder de nouveau\b/i,
    /\bgardée?s?\b/i,
    /\bcodes? faux\b/i,
    /\(s\)/,
  ],
} as const;

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

  it.each(['en', 'fr'] as const)('use one idiomatic word for one thing (%s)', (language) => {
    const all = [
      ...leaves(texts(language)).map(([, text]) => text),
      ...runbookTexts([builtinRunbooks, builtinChecklists], language),
    ];
    expect(all.length).toBeGreaterThan(1_000);
    const avoided = AVOIDED[language];
    expect(all.filter((text) => avoided.some((phrase) => phrase.test(text.replace(/\{\{\w+\}\}/g, ''))))).toEqual([]);
  });

  it('agree with their counts', async () => {
    const said = async (language: 'en' | 'fr', key: string, count: number) => {
      const i18n = i18next.createInstance();
      await i18n.init({ lng: language, resources: { [language]: { translation: texts(language) } } });
      return i18n.t(key, { count });
    };
    expect(await said('en', 'board.open', 0)).toBe('0 open alerts');
    expect(await said('en', 'board.open', 1)).toBe('1 open alert');
    expect(await said('en', 'board.open', 2)).toBe('2 open alerts');
    expect(await said('fr', 'board.open', 0)).toBe('0 alerte ouverte');
    expect(await said('fr', 'board.open', 1)).toBe('1 alerte ouverte');
    expect(await said('fr', 'board.open', 2)).toBe('2 alertes ouvertes');
    expect(await said('fr', 'board.linked', 2)).toBe('+2 liées');
    // What detectors count starts at two, or the sentence has a form for one.
    const single = [...english].filter(
      ([key, text]) =>
        text.includes('{{count}} ') && !/_(one|other)$|^detectors\./.test(key) && !/ (s|min|h|d)$/.test(text),
    );
    expect(single.map(([key]) => key)).toEqual([]);
  });

  it.each([
    ['en', 0, '0 open alerts'],
    ['en', 1_200, '1,200 open alerts'],
    ['fr', 1_200, '1\u202f200 alertes ouvertes'],
    ['fr', 0.5, '0,5 alerte ouverte'],
  ] as const)('write figures as the language does it (%s, %d)', async (language, count, said) => {
    const i18n = i18next.createInstance().use(figures);
    await i18n.init({
      lng: language,
      interpolation: { alwaysFormat: true },
      resources: { [language]: { translation: texts(language) } },
    });
    expect(i18n.t('board.open', { count })).toBe(said);
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
