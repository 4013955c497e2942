/** Whether a dialog, a popover or a menu is open: the keys are its own then. */
export const isOverlayOpen = (): boolean => document.querySelector('.dialog, .popup') !== null;
