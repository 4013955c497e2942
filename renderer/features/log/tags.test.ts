import { beforeAll, expect, it } from 'vitest';
import { logPiecesOf, readLine } from '../../../shared/domain/log-text.ts';
import { i18n, loadLanguage } from '../../i18n.ts';
import { tagMeant, tagName } from './tags.ts';

beforeAll(async () => {
  await Promise.all([loadLanguage('en'), loadLanguage('fr')]);
});

it('a tag that comes with Regie is one in both languages, however it is typed', async () => {
  await i18n.changeLanguage('fr');
  const text = '#Sécurité et #securite et #security à la porte nord, #camping';
  const { tags } = readLine(text, [], tagMeant);
  expect(tags).toEqual(['security', 'camping']);
  expect(tags.map(tagName)).toEqual(['sécurité', 'camping']);
  const named = logPiecesOf(text, { tags, mentions: [], links: [] }, tagMeant).filter(({ is }) => is === 'tag');
  expect(named.map((piece) => piece.text)).toEqual(['#Sécurité', '#securite', '#security', '#camping']);
  await i18n.changeLanguage('en');
  expect(tags.map(tagName)).toEqual(['security', 'camping']);
  expect(readLine('#sécurité', [], tagMeant).tags).toEqual(['sécurité']);
});
