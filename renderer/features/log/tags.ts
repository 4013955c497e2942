import { folded } from '../../../shared/domain/log-words.ts';
import { i18n } from '../../i18n.ts';

/** A tag that comes with Regie in the language of the screen; the festival's own as they are. */
export const tagName = (tag: string): string => i18n.t(`log.tag_${tag}`, { defaultValue: tag });

/** The tag that a word means: one that comes with Regie by its name on this screen, with accents or without; else the word. */
export const tagMeant = (word: string): string => {
  const texts: unknown = i18n.getResource(i18n.language, 'translation', 'log');
  const names = typeof texts === 'object' && texts !== null ? Object.entries(texts) : [];
  const known = names.find(
    ([name, said]) => name.startsWith('tag_') && typeof said === 'string' && folded(said) === folded(word),
  );
  return known?.[0].slice('tag_'.length) ?? word;
};
