import { useState } from 'react';
import { useSystem } from './system.ts';

/** What was typed in dialogs that were closed without sending it: while this page is open. */
const drafts = new Map<string, string>();

/** Forgets what was typed for another festival. */
export const forgetDrafts = (): void => drafts.clear();

/**
 * A text that is still there when its dialog is opened again, for whoever typed it and for nobody else.
 * @param subject what it is about, as `note 17`
 * @returns the text, how it is changed, and what to call once it is on its way
 */
export const useDraftText = (subject: string, initial = ''): readonly [string, (text: string) => void, () => void] => {
  const operator = useSystem((state) => state.session?.operator ?? '');
  const key = `${operator}/${subject}`;
  const [text, setText] = useState(() => drafts.get(key) ?? initial);
  const change = (typed: string): void => {
    setText(typed);
    drafts.set(key, typed);
  };
  return [text, change, () => drafts.delete(key)];
};
