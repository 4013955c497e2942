import { useCallback, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/** The search of the board. While somebody is in it, it stands in the place of what is done with the selected rows. */
export const useSearchField = () => {
  const field = useRef<HTMLInputElement>(null);
  const [searching, setSearching] = useState(false);
  const enter = (): void => {
    // The next key is a letter of the search already, and no key of the board.
    flushSync(() => setSearching(true));
    field.current?.focus();
  };
  const leave = useCallback(() => setSearching(false), []);
  return { field, searching, enter, leave };
};
