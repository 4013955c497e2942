import { openedLater } from './opened-later.tsx';
import type { MenuProps } from './popup.ts';

/** Actions under one button, in groups. What cannot be done now stays in its place and says why. */
export const Menu = openedLater<MenuProps>('menu', () => import('./menu-parts.tsx').then((module) => module.MenuParts));
