/** A field in which a key writes. */
type TextField = HTMLInputElement | HTMLTextAreaElement;

const NO_TEXT = /^(checkbox|radio|range|file|button|submit|reset|color|image)$/;

/** The field in which this key writes, if it does. */
export const textFieldOf = (target: EventTarget | null): TextField | null => {
  if (target instanceof HTMLTextAreaElement) return target;
  return target instanceof HTMLInputElement && !NO_TEXT.test(target.type) ? target : null;
};

/** @returns what gives the field back what it holds now, and where the cursor stands */
export const rememberText = (field: TextField): (() => void) => {
  const { value, selectionStart, selectionEnd } = field;
  return () => {
    if (!field.isConnected || field.value === value) return;
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    // As a hand would: whoever draws the field hears of it.
    Object.getOwnPropertyDescriptor(prototype.prototype, 'value')?.set?.call(field, value);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    if (selectionStart !== null) field.setSelectionRange(selectionStart, selectionEnd);
  };
};

/** Writes where the cursor stands, so that it can be undone. */
export const writeText = (text: string): void => {
  document.execCommand('insertText', false, text);
};

/** Chooses what begins with these letters, as a list does by itself. */
export const chooseByLetters = (list: HTMLSelectElement, letters: string): void => {
  const begins = ({ label }: HTMLOptionElement): boolean => label.toLowerCase().startsWith(letters.toLowerCase());
  const options = [...list.options].filter((option) => !option.disabled);
  // The same letter again means the next one.
  const after = options.slice(list.selectedIndex + 1);
  const found = [...(letters.length === 1 ? after : []), ...options].find(begins);
  if (found === undefined || found.selected) return;
  found.selected = true;
  list.dispatchEvent(new Event('input', { bubbles: true }));
  list.dispatchEvent(new Event('change', { bubbles: true }));
};
