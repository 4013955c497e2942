import { expect, it } from 'vitest';
import { i18n, loadLanguage } from '../../i18n.ts';
import { figureText } from './figure.ts';

it('says the states of sessions and replicas in the language of the screen, and those that nobody knows as they are', async () => {
  await Promise.all([loadLanguage('en'), loadLanguage('fr')]);
  await i18n.changeLanguage('fr');
  expect(
    ['idle', 'idle in transaction (aborted)', 'streaming', 'dreaming'].map((state) => figureText(state, 'state')),
  ).toEqual(['inactive', 'inactive dans une transaction en échec', 'en continu', 'dreaming']);
  await i18n.changeLanguage('en');
  expect(figureText('idle in transaction (aborted)', 'state')).toBe('idle in transaction (aborted)');
});
