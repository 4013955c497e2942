const usable = (field: HTMLElement): boolean => !field.matches(':disabled') && field.checkVisibility();

/** Where typing begins: the field that asks for it, else the first one; of a group the one that is chosen. */
export const firstField = (dialog: HTMLElement): HTMLElement | undefined => {
  const fields = [...dialog.querySelectorAll<HTMLElement>('input, textarea, select, [data-focus]')].filter(usable);
  const first = fields.find((field) => field.dataset.focus !== undefined) ?? fields[0];
  if (!(first instanceof HTMLInputElement) || first.type !== 'radio') return first;
  return fields.find((field) => field.matches(`[name="${CSS.escape(first.name)}"]:checked`)) ?? first;
};

/**
 * Keeps the focus of an open dialog where the next key belongs: in its first field as soon as there is one, which may be
 * long after it opened, and until then on the dialog itself, where Enter does nothing. Whoever moves it keeps it; what had
 * it and is gone gives it back.
 * @returns how to end it
 */
export const keepFocus = (dialog: HTMLElement): (() => void) => {
  let moved = false;
  const settle = (): void => {
    const { activeElement } = document;
    const lost = activeElement === null || activeElement === document.body;
    if (lost) (firstField(dialog) ?? dialog).focus();
    else if (activeElement === dialog && !moved) firstField(dialog)?.focus();
  };
  const onMoved = ({ target }: Event): void => {
    if (target !== dialog) moved = true;
  };
  // At once, and not with the next frame: whoever types on already would lose a key.
  if (!dialog.contains(document.activeElement)) (firstField(dialog) ?? dialog).focus();
  dialog.addEventListener('focusin', onMoved);
  dialog.addEventListener('pointerdown', onMoved);
  const observer = new MutationObserver(settle);
  observer.observe(dialog, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled', 'hidden'],
  });
  return () => {
    observer.disconnect();
    dialog.removeEventListener('focusin', onMoved);
    dialog.removeEventListener('pointerdown', onMoved);
  };
};
