import { useTranslation } from 'react-i18next';
import { frenchSpaces } from '../../../shared/i18n/french-spaces.ts';

export type Words = { readonly en: string; readonly fr: string };
export type RunbookText = (words: Words) => string;

/** A runbook's words in the language of the screen. */
export const useRunbookText = (): RunbookText => {
  const { i18n } = useTranslation();
  return (words) => (i18n.language === 'fr' ? frenchSpaces(words.fr) : words.en);
};
