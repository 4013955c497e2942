import { afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { problemOf } from '../shared/domain/input-problem.ts';
import { errorSentence, formatTime, formatTimeLeft, i18n, loadLanguage } from './i18n.ts';

beforeAll(async () => {
  await Promise.all([loadLanguage('en'), loadLanguage('fr')]);
});
afterEach(async () => {
  await i18n.changeLanguage('en');
});

it('an input that was rejected is explained in the language of the screen', async () => {
  const { error } = z.object({ reason: z.string().min(4) }).safeParse({ reason: 'no' });
  const rejected = { code: 'bad_input', params: { call: 'alert.note', ...problemOf(error?.issues[0]) } };
  expect(errorSentence(rejected)).toBe('Regie rejected the input (reason: shorter than 4 characters).');
  await i18n.changeLanguage('fr');
  expect(errorSentence(rejected)).toBe('Regie a refusé la saisie (reason\u00a0: moins de 4 caractères).');
});

it('a time that is not today’s carries its date as it is said', async () => {
  const time = formatTime('2020-11-26T13:02:00Z', { dated: true });
  expect(i18n.t('team.metAt', { time })).not.toMatch(/\bat \d+ /);
  await i18n.changeLanguage('fr');
  expect(i18n.t('team.metAt', { time: formatTime('2020-11-26T13:02:00Z') })).toMatch(/ le 26 nov\. 2020 à \d\d:02/);
});

it.each([
  [1_500, '0:01'],
  [1, '0:00'],
  [0, '0:00'],
  [-1, '−0:01'],
  [-1_000, '−0:01'],
  [-61_500, '−1:02'],
  [-172_800_000, '−2 d'],
])('a deadline with %i ms left shows %s, and never a minus before nothing', (ms, text) => {
  expect(formatTimeLeft(ms)).toBe(text);
});
