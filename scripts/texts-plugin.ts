import type { Plugin } from 'vite';
import { LANGUAGES, texts } from '../shared/i18n/index.ts';

const MODULE = 'virtual:texts/';

/** Gives the renderer a module for each language, so that a screen loads the words of its own alone. */
export const textsPlugin = (): Plugin => ({
  name: 'regie:texts',
  resolveId: (id) => (id.startsWith(MODULE) ? `\0${id}` : null),
  load: (id) => {
    const language = LANGUAGES.find((one) => id === `\0${MODULE}${one}`);
    return language === undefined ? null : `export default ${JSON.stringify(texts(language))};`;
  },
});
