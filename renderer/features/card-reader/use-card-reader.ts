import { useEffect } from 'react';
import { goTo } from '../../routes.ts';
import { isOverlayOpen } from '../../ui/overlay.ts';

/** A reader types without a pause; no hand does. Over Bluetooth up to 30 ms pass between two keys. */
const GAP_MS = 60;
/** A key that comes later than this is not waited for. */
const LATEST_MS = 2_000;
const SHORTEST_ID = 4;

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * A card reader that types like a keyboard opens the card from any screen. Single keys wait a moment before they are
 * shortcuts, because the letters of a card's id are shortcuts as well.
 */
export const useCardReader = (): void => {
  useEffect(() => {
    let keys: string[] = [];
    let pressedAt = 0;
    let target: EventTarget = document.body;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const letGo = (): void => {
      clearTimeout(timer);
      const held = keys;
      keys = [];
      // So many at once were no hand, and no card either without their end.
      if (held.length >= SHORTEST_ID) return;
      for (const key of held) {
        target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }
    };
    const onKey = (event: KeyboardEvent): void => {
      if (!event.isTrusted) return;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      const free = plain && !isField(event.target) && !isOverlayOpen();
      if (event.timeStamp - pressedAt > GAP_MS) letGo();
      pressedAt = event.timeStamp;
      if (free && event.key === 'Enter' && keys.length >= SHORTEST_ID) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const cardId = keys.join('');
        keys = [];
        clearTimeout(timer);
        goTo({ screen: 'card', cardId });
      } else if (free && event.key.length === 1 && event.key !== ' ') {
        event.preventDefault();
        event.stopImmediatePropagation();
        keys.push(event.key);
        target = event.target ?? document.body;
        clearTimeout(timer);
        // On a busy machine keys come late and apart, and say by their time stamps that there was no pause: the later this
        // one is, the longer the next one may be. Keys that wait already are handed over before a second timer.
        const late = Math.min(Math.max(performance.now() - event.timeStamp, 0), LATEST_MS);
        timer = setTimeout(
          () => {
            timer = setTimeout(letGo, 0);
          },
          GAP_MS + 2 * late,
        );
      } else if (event.key !== 'Shift') letGo();
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => {
      removeEventListener('keydown', onKey, { capture: true });
      clearTimeout(timer);
    };
  }, []);
};
