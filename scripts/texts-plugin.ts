import type { Plugin } from 'vite';
import { frenchSpaces } from '../shared/i18n/french-spaces.ts';
import { LANGUAGES, texts } from '../shared/i18n/index.ts';

const MODULE = 'virtual:texts/';

/** Gives the renderer a module for each language, so that a screen loads the words of its own alone. */
export const textsPlugin = (): Plugin => ({
  name: 'regie:texts',
  resolveId: (id) => (id.startsWith(MODULE) ? `\0${id}` : null),
  load: (id) => {
    const language = LANGUAGES.find((one) => id === `\0${MODULE}${one}`);
    if (language === undefined) return null;
    const words = JSON.stringify(texts(language));
    return `export default ${language === 'fr' ? frenchSpaces(words) : words};`;
  },
});
