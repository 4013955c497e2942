import { fileURLToPath } from 'node:url';
import { normalizePath, type Plugin } from 'vite';
import { frenchSpaces } from '../shared/i18n/french-spaces.ts';
import { LANGUAGES, texts } from '../shared/i18n/index.ts';
import { sourcesOf, splitWords } from './first-words.ts';

const MODULE = 'virtual:texts/';
/** What is loaded with it names the words that the first screen may show. */
const ENTRY = fileURLToPath(new URL('../renderer/main.tsx', import.meta.url));

/**
 * Gives the renderer two modules for each language, so that a screen loads the words of its own alone, and the first one
 * none that only a later part can show (renderer/later.ts).
 */
export const textsPlugin = (): Plugin => ({
  name: 'regie:texts',
  resolveId: (id) => (id.startsWith(MODULE) ? `\0${id}` : null),
  load: (id) => {
    if (!id.startsWith(`\0${MODULE}`)) return null;
    const [name, part] = id.slice(MODULE.length + 1).split('-');
    const language = LANGUAGES.find((one) => one === name);
    if (language === undefined) return null;
    const { first, late } = splitWords(texts(language), sourcesOf(ENTRY).values());
    const words = JSON.stringify(part === 'late' ? late : first);
    return `export default ${language === 'fr' ? frenchSpaces(words) : words};`;
  },
  // The split finds out by itself what is loaded with the entry: a source that it missed might show keys.
  generateBundle() {
    const loaded = new Set<string>();
    const follow = (id: string): void => {
      if (loaded.has(id)) return;
      loaded.add(id);
      for (const needed of this.getModuleInfo(id)?.importedIds ?? []) follow(needed);
    };
    follow(normalizePath(ENTRY));
    const read = new Set([...sourcesOf(ENTRY).keys()].map(normalizePath));
    const missed = [...loaded].filter((id) => /\.tsx?$/.test(id) && !/\/node_modules\//.test(id) && !read.has(id));
    if (missed.length > 0) this.error(`not read for the words of the first screen: ${missed.join(', ')}`);
  },
});
