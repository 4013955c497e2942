import { openedLater } from './opened-later.tsx';
import type { PopoverProps } from './popup.ts';

/** More about a control, beside it and without leaving the screen. Its heading is its name. */
export const Popover = openedLater<PopoverProps>('dialog', () =>
  import('./popover-parts.tsx').then((module) => module.PopoverParts),
);
