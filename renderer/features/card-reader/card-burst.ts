import type { FirstKey } from '../../keys.ts';
import { chooseByLetters, rememberText, textFieldOf, writeText } from './field-text.ts';

/** A reader types without a pause; no hand does. Over Bluetooth up to 30 ms pass between two keys. */
const GAP_MS = 35;
/** Two keys without a pause are hardly a hand's: the others of a busy machine's reader are waited for. */
const REST_MS = 250;
/** A key that comes later than this is not waited for. */
const LATEST_MS = 2_000;
const SHORTEST_ID = 4;
/** So many keys without a pause are a card also where the reader sends nothing after them: the shortest serial number. */
const SURE_ID = 8;
/** From this key on nothing is written into a field before it is known who types. */
const HELD_FROM = 3;

type Burst = {
  read: string;
  /** Where the first key went. */
  readonly target: EventTarget;
  readonly inField: boolean;
  /** What becomes of the first keys, which were let through so that nobody waits: in a field always, elsewhere where it can be. */
  readonly first: FirstKey | null;
  /** In a field: what is held. */
  held: string;
  /** So many of the keys were let go already. */
  readonly acted: number;
};

const isPlain = (event: KeyboardEvent): boolean =>
  !event.ctrlKey && !event.metaKey && (!event.altKey || event.getModifierState('AltGraph')) && !event.repeat;

/**
 * Tells a card reader that types like a keyboard from a hand, wherever the focus is: its keys follow each other without a
 * pause, and nothing is left of any of them. Single keys wait a moment before they are shortcuts, because the letters of a
 * card's id are shortcuts as well; what a hand writes into a field does not wait, nor does what can be taken back
 * (docs/decisions/0050).
 * @param onCard what was read, as the reader sent it
 * @param firstOf what becomes of what a key is about to do; null where that has to wait
 * @returns what listens to keys, and how to end it
 */
export const createCardBurst = (onCard: (read: string) => void, firstOf: (event: KeyboardEvent) => FirstKey | null) => {
  let burst: Burst | null = null;
  /** Keys that were let go, or read as a card, too early: the time stamp of the next one says that they belong to it. */
  let early: Burst | null = null;
  let pressedAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (): Burst | null => {
    clearTimeout(timer);
    const taken = burst;
    burst = null;
    early = null;
    return taken;
  };
  const finish = (): void => {
    const done = take();
    if (done === null) return;
    done.first?.takeBack();
    onCard(done.read);
  };
  const letGo = (): void => {
    if (burst === null) return;
    const { inField, first, read, held, target, acted } = burst;
    const soFar: Burst = { ...burst, held: '', acted: read.length };
    if (acted === read.length) {
      take();
      first?.stand();
      if (!inField && first !== null) early = soFar;
      return;
    }
    if (!inField && read.length >= SURE_ID) {
      finish();
      early = { ...soFar, first: null };
      return;
    }
    take();
    early = soFar;
    if (inField) {
      if (held !== '' && document.activeElement === target) writeText(held);
      return;
    }
    // So many at once were no hand, and no card either without their end.
    if (read.length >= SHORTEST_ID) {
      first?.takeBack();
      early = { ...soFar, first: null };
      return;
    }
    first?.stand();
    if (target instanceof HTMLSelectElement) chooseByLetters(target, read);
    else {
      // Where it had the focus may be gone by now with its screen, and a shortcut is still one.
      const place = target instanceof Node && !target.isConnected ? (document.activeElement ?? document) : target;
      for (const key of read.slice(acted)) {
        place.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }
    }
  };
  const swallow = (event: KeyboardEvent): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const wait = (event: KeyboardEvent): void => {
    clearTimeout(timer);
    // On a busy machine keys come late and apart, and say by their time stamps that there was no pause: the later this one
    // is, the longer the next one may be. Keys that wait already are handed over before a second timer.
    const late = Math.min(Math.max(performance.now() - event.timeStamp, 0), LATEST_MS);
    timer = setTimeout(
      () => {
        timer = setTimeout(letGo, 0);
      },
      (burst !== null && burst.read.length > 1 ? REST_MS : GAP_MS) + 2 * late,
    );
  };
  const begin = (event: KeyboardEvent): void => {
    const { target } = event;
    // A space is a button's, and no id begins with one.
    if (target === null || event.key === ' ') return;
    const field = textFieldOf(target);
    const inField = field !== null;
    const first = inField ? { takeBack: rememberText(field), stand: () => undefined } : firstOf(event);
    burst = { read: event.key, target, inField, first, held: '', acted: !inField && first !== null ? 1 : 0 };
    if (first === null) swallow(event);
    wait(event);
  };

  return {
    onKey: (event: KeyboardEvent): void => {
      // What a hand or a reader holds down to write a capital ends nothing.
      if (!event.isTrusted || /^(Shift|AltGraph|CapsLock)$/.test(event.key)) return;
      if (event.timeStamp - pressedAt > GAP_MS) {
        letGo();
        early = null;
      }
      burst ??= early;
      early = null;
      pressedAt = event.timeStamp;
      const { key } = event;
      if (burst !== null && (key === 'Enter' || key === 'Tab') && burst.read.length >= SHORTEST_ID) {
        swallow(event);
        finish();
      } else if (key.length !== 1 || !isPlain(event) || event.isComposing) letGo();
      else if (burst === null) begin(event);
      else {
        burst.read += key;
        if (!burst.inField) swallow(event);
        else if (burst.read.length > HELD_FROM) {
          burst.held += key;
          swallow(event);
        }
        wait(event);
      }
    },
    end: (): void => {
      const left = take();
      if (left === null || left.inField) return;
      if (left.acted === left.read.length) left.first?.stand();
      else left.first?.takeBack();
    },
  };
};
