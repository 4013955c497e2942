import { useEffect, useState } from 'react';
import { afterFrame } from './after-frame.ts';

/**
 * For a field that searches as somebody types: each letter stands there in the next frame, and what it asks for, which may be ten
 * thousand rows, comes after it, for several letters once.
 * @param asked what is searched for now, also where a link led to it
 * @returns what the field shows, and what takes its letters
 */
export const useLetters = (asked: string, ask: (letters: string) => void) => {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    return afterFrame(() => {
      setTyped(null);
      ask(typed);
    });
  }, [typed, ask]);
  return [typed ?? asked, setTyped] as const;
};
