import { type BrowserWindow, dialog } from 'electron';
import type { Language } from '../../shared/domain/language.ts';
import { desktopTexts } from '../../shared/i18n/desktop.ts';
import { type ClosingChoice, closingQuestion } from '../manners/closing.ts';
import type { ConsoleFacts } from './console-facts.ts';

/**
 * Asks before the console ends where others depend on it, or where something waits on it; once at a time.
 * @returns what was chosen; `quit` where there is nothing to ask
 */
export const createClosing = (
  facts: ConsoleFacts,
  window: BrowserWindow,
): ((options: { tray: boolean }) => Promise<ClosingChoice>) => {
  let asking = false;
  return async ({ tray }) => {
    if (asking) return 'stay';
    asking = true;
    try {
      const { preferences, festival } = facts.session();
      const question = closingQuestion(await facts.latestStatus(), {
        ...{ tray, training: festival.training, language: preferences.language },
      });
      if (question === undefined) return 'quit';
      const { message, detail, choices } = question;
      const { response } = await dialog.showMessageBox(window, {
        ...{ type: 'question', message, detail, title: 'Regie', noLink: true },
        buttons: choices.map(({ label }) => label),
        defaultId: 0,
        cancelId: choices.findIndex(({ does }) => does === 'stay'),
      });
      return choices[response]?.does ?? 'stay';
    } finally {
      asking = false;
    }
  };
};

/** The page has crashed twice: detection goes on, and somebody decides whether it is loaded once more. */
export const askAfterCrash = (
  window: BrowserWindow,
  language: Language,
  reload: () => void,
  quit: () => void,
): void => {
  const texts = desktopTexts[language];
  dialog
    .showMessageBox(window, {
      ...{ type: 'error', title: 'Regie', message: texts.crashed, detail: texts.crashedText, noLink: true },
      buttons: [texts.crashedReload, texts.quit],
      ...{ defaultId: 0, cancelId: 0 },
    })
    .then(
      ({ response }) => (response === 1 ? quit() : reload()),
      (error: unknown) => console.error('nobody could be asked', error),
    );
};
