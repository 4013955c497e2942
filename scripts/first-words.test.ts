import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourcesOf, splitWords } from './first-words.ts';

const root = join(import.meta.dirname, '..');
const sources = sourcesOf(join(root, 'renderer/main.tsx'));

describe('the words of the first screen', () => {
  it('are those whose keys begin as a literal does', () => {
    const words = {
      board: { title: 'Alerts', open_one: 'one', open_other: 'more', group: { card: 'card', kind: 'kind' } },
      errors: { gone: 'Gone.', late: 'Late.' },
      paper: { title: 'On paper' },
    };
    const source = `t('board.title'); t(\`errors.\${code}\`); t(one ? 'x' : "board.open"); t('newspaper.title');`;
    expect(splitWords(words, [source])).toEqual({
      first: {
        board: { title: 'Alerts', open_one: 'one', open_other: 'more' },
        errors: { gone: 'Gone.', late: 'Late.' },
      },
      late: { board: { group: { card: 'card', kind: 'kind' } }, paper: { title: 'On paper' } },
    });
  });

  it('come from what is loaded with the entry, and not from what is loaded later', () => {
    const paths = [...sources.keys()].map((path) => relative(root, path).replaceAll('\\', '/'));
    expect(paths).toContain('renderer/screens/board/board-screen.tsx');
    expect(paths).toContain('renderer/sentence.ts');
    expect(paths).not.toContain('renderer/app/help.tsx');
    expect(paths).not.toContain('renderer/screens/settings/settings-screen.tsx');
  });

  it('are named by literals: one that is put together elsewhere would be missed', () => {
    const hidden = [...sources].flatMap(([path, source]) =>
      [...source.matchAll(/\b(?:t|exists)\(\s*(?:`\$\{|(?!['"`])[^'"`)]*[,)]).*/g)].map(([call]) => `${path}: ${call}`),
    );
    // The sentence of an error, whose key is made of a literal above it.
    expect(hidden).toEqual([expect.stringContaining('i18n.ts: exists(key, params)')]);
  });
});
