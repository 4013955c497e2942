import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type {
  Dialog,
  MenuItemConstructorOptions,
  NativeImage,
  Net,
  NotificationConstructorOptions,
  PowerSaveBlocker,
  Menu as RealMenu,
  Tray as RealTray,
  SafeStorage,
  Screen,
} from 'electron';
import { called, nextId, onDeed, preventable, tell } from './shared.ts';

/* Dialogs, menus, tray, notifications: a test sees each of them and does what a person would. */

const answers = new Map<number, (answer: unknown) => void>();
onDeed('answer', ({ id, answer }) => {
  answers.get(id)?.(answer);
  answers.delete(id);
});
/** Shows a dialog and waits for the test's answer, which has the shape that the dialog's own has. */
const asked = <Answer>(kind: string, options: object): Promise<Answer> =>
  new Promise((resolve) => {
    const id = nextId();
    answers.set(id, (answer) => resolve(answer as Answer));
    tell({ seen: 'dialog', id, kind, options: { ...options } });
  });

export const dialog = {
  showMessageBox: (_window: unknown, options?: object) => asked('messageBox', options ?? {}),
  showSaveDialog: (_window: unknown, options?: object) => asked('save', options ?? {}),
  showErrorBox: (title, content) => called('dialog.showErrorBox', title, content),
} satisfies Partial<Dialog>;

type Entry = MenuItemConstructorOptions;
/** A template of ours has templates in it, and no items that were built before. */
const isList = (submenu: Entry['submenu']): submenu is Entry[] => Array.isArray(submenu);
const labelsOf = (entries: readonly Entry[], above = ''): string[] =>
  entries.flatMap((entry) => {
    const label = `${above}${entry.label ?? '—'}`;
    return isList(entry.submenu) ? [label, ...labelsOf(entry.submenu, `${label} > `)] : [label];
  });
const choose = (entries: readonly Entry[], label: string): void => {
  for (const entry of entries) {
    if (entry.label === label) entry.click?.({} as never, undefined, {} as never);
    if (isList(entry.submenu)) choose(entry.submenu, label);
  }
};

/** What was built of a template. */
export class Menu {
  readonly entries: readonly Entry[];
  constructor(entries: readonly Entry[]) {
    this.entries = entries;
  }
  static buildFromTemplate(template: Parameters<typeof RealMenu.buildFromTemplate>[0]): Menu {
    return new Menu(template as Entry[]);
  }
  static setApplicationMenu(menu: Menu | null): void {
    application = menu?.entries ?? [];
    tell({ seen: 'menu', of: 'menu', labels: labelsOf(application) });
  }
}
let application: readonly Entry[] = [];
let ofTray: readonly Entry[] = [];
onDeed('choose', ({ of, label }) => choose(of === 'menu' ? application : ofTray, label));

export const nativeImage = {
  createFromPath: (path: string): Pick<NativeImage, 'isEmpty'> & { path: string } => {
    if (!existsSync(path)) throw new Error(`there is no image ${path}`);
    return { path, isEmpty: () => false };
  },
};

export class Tray extends EventEmitter {
  constructor(image: { readonly path: string }) {
    super();
    called('Tray', image.path);
  }
  readonly setImage = (image: { readonly path: string }): void => called('tray.setImage', image.path);
  readonly setToolTip: RealTray['setToolTip'] = (words) => called('tray.setToolTip', words);
  readonly setContextMenu = (menu: Menu): void => {
    ofTray = menu.entries;
    tell({ seen: 'menu', of: 'tray', labels: labelsOf(ofTray) });
  };
}

export class Notification extends EventEmitter {
  readonly #id = nextId();
  readonly #options: NotificationConstructorOptions;
  static isSupported(): boolean {
    return true;
  }
  constructor(options: NotificationConstructorOptions) {
    super();
    this.#options = options;
  }
  show(): void {
    tell({ seen: 'notification', id: this.#id, options: { ...this.#options } });
    onDeed('notification', ({ id, event }) => {
      if (id === this.#id) this.emit(event, preventable(), 0);
    });
  }
}

export const powerSaveBlocker = {
  start: (type) => {
    called('powerSaveBlocker.start', type);
    return 1;
  },
} satisfies Partial<PowerSaveBlocker>;

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1_920, height: 1_080 } } as never],
} satisfies Partial<Screen>;

/** A system without a keychain. */
export const safeStorage = { isEncryptionAvailable: () => false } satisfies Partial<SafeStorage>;

/** Files of this machine, as Electron's own fetch reads them. */
export const net = {
  fetch: async (input) => new Response(readFileSync(fileURLToPath(String(input)))),
} satisfies Partial<Net>;
