import { useTranslation } from 'react-i18next';

export type Words = { readonly en: string; readonly fr: string };
export type RunbookText = (words: Words) => string;

/** A runbook's words in the language of the screen. */
export const useRunbookText = (): RunbookText => {
  const { i18n } = useTranslation();
  return (words) => (i18n.language === 'fr' ? words.fr : words.en);
};
