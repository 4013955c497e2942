import { useEffect, useLayoutEffect, useRef } from 'react';
import { createKeybindingsHandler } from 'tinykeys';
import { isOverlayOpen } from './ui/overlay.ts';

/**
 * Every key of the console, in the order in which `?` shows them. A binding names what a key writes and not where it lies,
 * so that AZERTY has the same letters; signs that some layouts write with Shift and others without stand for both.
 * `anywhere`: also while somebody types.
 */
export const KEYS = [
  { id: 'next', shown: 'J', bindings: ['j', 'ArrowDown'], group: 'alerts' },
  { id: 'previous', shown: 'K', bindings: ['k', 'ArrowUp'], group: 'alerts' },
  { id: 'open', shown: 'Enter', bindings: ['Enter'], group: 'alerts' },
  { id: 'select', shown: 'X', bindings: ['x'], group: 'alerts' },
  { id: 'acknowledge', shown: 'A', bindings: ['a'], group: 'alerts' },
  { id: 'take', shown: 'T', bindings: ['t'], group: 'alerts' },
  { id: 'runbook', shown: 'R', bindings: ['r'], group: 'alerts' },
  { id: 'correct', shown: 'C', bindings: ['c'], group: 'alerts' },
  { id: 'note', shown: 'N', bindings: ['n'], group: 'alerts' },
  { id: 'falsePositive', shown: 'F', bindings: ['f'], group: 'alerts' },
  { id: 'snooze', shown: 'S', bindings: ['s'], group: 'alerts' },
  { id: 'resolve', shown: 'E', bindings: ['e'], group: 'alerts' },
  { id: 'group', shown: 'G', bindings: ['g'], group: 'alerts' },
  { id: 'filter', shown: '/', bindings: ['/', 'Shift+/'], group: 'alerts' },
  { id: 'close', shown: 'Esc', bindings: ['Escape'], group: 'alerts' },
  { id: 'log', shown: 'L', bindings: ['l'], group: 'console' },
  { id: 'search', shown: 'Ctrl K', bindings: ['Control+k', 'Meta+k'], group: 'console', anywhere: true },
  { id: 'lock', shown: 'Ctrl L', bindings: ['Control+l', 'Meta+l'], group: 'console', anywhere: true },
  { id: 'help', shown: '?', bindings: ['?', 'Shift+?'], group: 'console' },
] as const;

export type KeyId = (typeof KEYS)[number]['id'];
/**
 * What a key does.
 * @param stands resolves to whether a hand has pressed it: what cannot be taken back waits for that
 */
export type KeyAction = (stands: Promise<boolean>) => void;
export type KeyActions = { readonly [Id in KeyId]?: KeyAction | undefined };

/** In a box that is ticked nobody types. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.matches('[type="checkbox"], [type="radio"]')));

const isControl = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('a, button, summary, [role="menuitem"], [role="tab"]') !== null;

/** For a key whose action can be taken back: remembers how things stand, and gives what makes them stand so again. */
export type KeyUndo = { readonly [Id in KeyId]?: (() => () => void) | undefined };

/** For a key whose action waits by itself for what cannot be taken back, and takes back what it has shown until then. */
export const TAKEN_BACK_BY_ITSELF = (): (() => void) => () => undefined;

/** A key that acts before it is clear who has pressed it. */
export type FirstKey = {
  /** It was a card reader's. */
  readonly takeBack: () => void;
  /** It was a hand's. */
  readonly stand: () => void;
};

/** Of what is shown: a later one goes before an earlier one. */
const undos = new Set<{ readonly current: KeyUndo }>();

const SURE = Promise.resolve(true);
const standing = new WeakMap<KeyboardEvent, Promise<boolean>>();

/** @returns what becomes of what this key is about to do; null where it does something that cannot be taken back, or nothing. */
export const firstKeyOf = (event: KeyboardEvent): FirstKey | null => {
  if (event.shiftKey || isOverlayOpen() || isTyping(event.target)) return null;
  const one = KEYS.find(({ bindings }) => (bindings as readonly string[]).includes(event.key));
  if (one === undefined) return null;
  const remember = [...undos].flatMap(({ current }) => current[one.id] ?? []).at(-1);
  if (remember === undefined) return null;
  const undo = remember();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  standing.set(event, promise);
  return {
    takeBack: () => {
      resolve(false);
      undo();
    },
    stand: () => resolve(true),
  };
};

const NONE: KeyUndo = {};

/**
 * Does the actions of a screen at their keys, while it is shown: not over a dialog or a menu, whose keys are their own.
 * @param undo for those that can be taken back: they need not wait until it is clear that no card reader types
 */
export const useKeys = (actions: KeyActions, undo: KeyUndo = NONE): void => {
  const latest = useRef(actions);
  const latestUndo = useRef(undo);
  // With what is drawn, and not a moment later: a key in between would act on the list that was there before.
  useLayoutEffect(() => {
    latest.current = actions;
    latestUndo.current = undo;
  });
  useEffect(() => {
    undos.add(latestUndo);
    return () => {
      undos.delete(latestUndo);
    };
  }, []);
  useEffect(() => {
    const handler = createKeybindingsHandler(
      Object.fromEntries(
        KEYS.flatMap((one) =>
          one.bindings.map((binding) => [
            binding,
            (event: KeyboardEvent): void => {
              const act = latest.current[one.id];
              if (act === undefined) return;
              const anywhere = 'anywhere' in one;
              // Enter is first of all what the control means by it that has the focus.
              if (one.id === 'open' && isControl(event.target)) return;
              if (!anywhere && (isOverlayOpen() || isTyping(event.target))) return;
              // The browser's own meaning of the key ends here, whether or not it can be done now.
              event.preventDefault();
              act(standing.get(event) ?? SURE);
            },
          ]),
        ),
      ),
    );
    addEventListener('keydown', handler);
    return () => removeEventListener('keydown', handler);
  }, []);
};
