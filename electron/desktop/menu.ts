import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Language } from '../../shared/domain/language.ts';
import { type MenuAction, type MenuEntry, menuOf } from '../manners/menu.ts';

/** The application's menu in a language. */
export const showMenu = (language: Language, act: (action: MenuAction) => void): void =>
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuOf(process.platform, language).map((entry) => templateOf(entry, act))),
  );

const templateOf = (entry: MenuEntry, act: (action: MenuAction) => void): MenuItemConstructorOptions => {
  if (entry === 'separator') return { type: 'separator' };
  const { label } = entry;
  if ('role' in entry) return { label, role: entry.role };
  if ('entries' in entry) return { label, submenu: entry.entries.map((inner) => templateOf(inner, act)) };
  const { action, key } = entry;
  return { label, click: () => act(action), ...(key === undefined ? {} : { accelerator: key }) };
};
