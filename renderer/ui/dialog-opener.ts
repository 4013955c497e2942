/** What the focus was on when the dialog opened, or the first of several that followed one another. */
let opener: Element | null = null;

const OVERLAYS = '.dialog, .popup';

/** Remembers it. Call while a dialog opens, before the focus moves. */
export const rememberOpener = (): void => {
  const { activeElement } = document;
  const popup = activeElement?.closest(OVERLAYS);
  if (popup?.matches('.dialog')) return;
  // A menu closes with what was chosen in it.
  opener = popup ? document.querySelector('[aria-haspopup][aria-expanded="true"]') : activeElement;
};

const canFocus = (element: Element | null): element is HTMLElement =>
  element instanceof HTMLElement &&
  element.isConnected &&
  element !== document.body &&
  !element.matches(':disabled') &&
  element.checkVisibility();

/**
 * Where the focus goes when a dialog closes: to what opened it, or, where that is gone because something was done, to the
 * heading of what it was done to. Null: to where it was in the dialog below; false: nowhere, somebody has moved it.
 */
export const whereOpened = (closed: HTMLElement | null): HTMLElement | null | false => {
  if ([...document.querySelectorAll('.dialog')].some((dialog) => dialog !== closed)) return null;
  const { activeElement } = document;
  if (canFocus(activeElement) && activeElement.closest(OVERLAYS) === null) return false;
  if (canFocus(opener)) return opener;
  const heading = document.querySelector('.drawer h2') ?? document.querySelector('.main h1');
  if (!canFocus(heading)) return null;
  heading.tabIndex = -1;
  return heading;
};
