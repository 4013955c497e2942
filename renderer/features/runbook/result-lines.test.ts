import { beforeAll, expect, it } from 'vitest';
import { i18n, loadLanguage } from '../../i18n.ts';
import { resultLines } from './result-lines.ts';

beforeAll(() => Promise.all([loadLanguage('en'), loadLanguage('fr')]));

const said = (result: Parameters<typeof resultLines>[0]) => {
  const { done, lines } = resultLines(result);
  return [...done, ...lines.map(({ name, text }) => `${name}: ${text}`)];
};

it('what an action has answered is said in the language of the screen', async () => {
  expect(said({ reset: true })).toEqual(['The breaker was reset.']);
  expect(said({ durationMs: 12, findings: 1_234 })).toEqual(['Duration: 12 ms', 'New alerts: 1,234']);
  await i18n.changeLanguage('fr');
  expect(said({ already: true })).toEqual(['C’était déjà le cas\u00a0: rien n’a été fait.']);
  expect(said({ table: 'events_20260703', events: 3 })).toEqual(['Table: events_20260703', 'Événements copiés: 3']);
  await i18n.changeLanguage('en');
});

it('what nobody knows stands as it is', () => {
  expect(resultLines({ flushed: true, reset: false })).toEqual({
    done: [],
    lines: [
      { name: 'flushed', text: 'true', as: 'code' },
      { name: 'reset', text: 'false', as: 'code' },
    ],
  });
});
