import type { Language } from '../../shared/domain/language.ts';
import { checklistTexts } from '../../shared/i18n/checklists.ts';
import { commonTexts } from '../../shared/i18n/common.ts';
import { type DesktopTexts, desktopTexts } from '../../shared/i18n/desktop.ts';
import { logTexts } from '../../shared/i18n/log.ts';
import { proposalTexts } from '../../shared/i18n/proposals.ts';

/** What an entry does beside what the system does for a role. */
export type MenuAction = { readonly does: 'quit' | 'print' } | { readonly opens: string };
type Role =
  | ('undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'selectAll' | 'zoomIn' | 'zoomOut' | 'resetZoom')
  | ('togglefullscreen' | 'close' | 'minimize' | 'hide' | 'hideOthers' | 'unhide' | 'about');
export type MenuEntry =
  | 'separator'
  | { readonly label: string; readonly role: Role }
  | { readonly label: string; readonly action: MenuAction; readonly key?: string }
  | { readonly label: string; readonly entries: readonly MenuEntry[] };

/** The application's menu as the platform has it: on macOS the first one is the program's own, with settings and quit. */
export const menuOf = (platform: NodeJS.Platform, language: Language): readonly MenuEntry[] => {
  const texts = desktopTexts[language];
  const mac = platform === 'darwin';
  const settings: MenuEntry = { label: texts.menuSettings, action: { opens: '#/settings/laptop' }, key: 'CmdOrCtrl+,' };
  const quit: MenuEntry = { label: texts.quit, action: { does: 'quit' }, key: 'CmdOrCtrl+Q' };
  const print: MenuEntry = { label: texts.menuPrint, action: { does: 'print' }, key: 'CmdOrCtrl+P' };
  const close: MenuEntry = { label: texts.menuClose, role: 'close' };
  return [
    ...(mac
      ? [{ label: 'Regie', entries: [...about(texts), settings, 'separator' as const, ...hiding(texts), quit] }]
      : []),
    {
      label: texts.menuFile,
      entries: mac ? [print, 'separator', close] : [print, settings, 'separator', close, quit],
    },
    { label: texts.menuEdit, entries: editing(texts) },
    { label: texts.menuView, entries: viewing(texts) },
    { label: texts.menuGo, entries: going(language) },
    ...(mac ? [{ label: texts.menuWindow, entries: [{ label: texts.menuMinimise, role: 'minimize' as const }] }] : []),
  ];
};

const about = (texts: DesktopTexts): MenuEntry[] => [{ label: texts.menuAbout, role: 'about' }, 'separator'];

const hiding = (texts: DesktopTexts): MenuEntry[] => [
  { label: texts.menuHide, role: 'hide' },
  { label: texts.menuHideOthers, role: 'hideOthers' },
  { label: texts.menuShowAll, role: 'unhide' },
  'separator',
];

const editing = (texts: DesktopTexts): MenuEntry[] => [
  { label: texts.menuUndo, role: 'undo' },
  { label: texts.menuRedo, role: 'redo' },
  'separator',
  { label: texts.menuCut, role: 'cut' },
  { label: texts.menuCopy, role: 'copy' },
  { label: texts.menuPaste, role: 'paste' },
  { label: texts.menuSelectAll, role: 'selectAll' },
];

const viewing = (texts: DesktopTexts): MenuEntry[] => [
  { label: texts.menuBigger, role: 'zoomIn' },
  { label: texts.menuSmaller, role: 'zoomOut' },
  { label: texts.menuActualSize, role: 'resetZoom' },
  'separator',
  { label: texts.menuFullScreen, role: 'togglefullscreen' },
];

/** The screens of a shift, in the order of the navigation, each with its key. */
const going = (language: Language): MenuEntry[] =>
  [
    ['board', commonTexts[language].board],
    ['card', commonTexts[language].card],
    ['log', logTexts[language].title],
    ['approvals', proposalTexts[language].navigation],
    ['checklists', checklistTexts[language].title],
    ['handover', commonTexts[language].handover],
    ['health', commonTexts[language].health],
  ].map(([screen = '', label = ''], index) => ({
    label,
    action: { opens: `#/${screen}` },
    key: `CmdOrCtrl+${index + 1}`,
  }));
