import { afterEach, beforeAll, expect, it } from 'vitest';
import { closingNote } from './closing-note.ts';
import { i18n, loadLanguage } from './i18n.ts';

const at = '2026-07-04T00:20:00Z';

beforeAll(async () => {
  await Promise.all([loadLanguage('en'), loadLanguage('fr')]);
});
afterEach(async () => {
  await i18n.changeLanguage('en');
});

const inBoth = async (note: string): Promise<readonly string[]> => {
  const en = closingNote(note, at);
  await i18n.changeLanguage('fr');
  const fr = closingNote(note, at);
  await i18n.changeLanguage('en');
  return [en, fr];
};

it('why Regie closed an alert by itself is in the language of the screen', async () => {
  expect(await inBoth('Over after 00:00:51')).toEqual(['Over after 51 s', 'Le problème a duré 51 s']);
  expect(await inBoth('Over after 01:02:03')).toEqual(['Over after 1:02:03', 'Le problème a duré 1:02:03']);
  expect(await inBoth('Over after 2 days 03:00:00')).toEqual(['Over after 2 d', 'Le problème a duré 2 j']);
  expect(await inBoth('Explained: payout = takes (Léa)')).toEqual([
    'Explained by Léa: “payout” takes (−)',
    'Expliquée par Léa\u00a0: «\u00a0payout\u00a0» retire (−)',
  ]);
});

it('a time in it is of the clock on the wall', async () => {
  const instant = '2026-07-04T21:58:00Z';
  const wall = (locale: string) =>
    new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
  expect(await inBoth('Cleared by itself at 21:58 UTC')).toEqual([
    `Cleared automatically at ${wall('en-GB')}`,
    `Disparue automatiquement à ${wall('fr-FR')}`,
  ]);
});

it('what a person wrote stays as it is', async () => {
  for (const note of [
    'paid in cash',
    'Over after 00:00:51, I think',
    'Explained: payout = gone (Léa)',
    'Cleared by itself at 99:99 UTC',
    '',
  ]) {
    expect(await inBoth(note)).toEqual([note, note]);
  }
});
