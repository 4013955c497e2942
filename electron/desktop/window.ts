import { BrowserWindow, screen } from 'electron';
import { ORIGIN } from './security.ts';
import { isOnScreen, readWindowState, writeWindowState } from './window-state.ts';

const SMALLEST = { width: 1_280, height: 720 };
/** A page that crashes again so soon after it was loaded would only crash again. */
const CRASH_AGAIN_MS = 10_000;

export type ConsoleWindow = {
  readonly window: BrowserWindow;
  /** Keeps where the window is for the next start. */
  remember(): void;
  /** Comes to the front, at a screen's address where one is given. */
  show(address?: string): void;
  /** From now on the window does not close: what is given here decides. Nothing keeps the whole program from ending. */
  onClose(decide: () => void): void;
  /** From now on the window closes when it is asked to. */
  letClose(): void;
};

/** Shows a window wherever it was left: minimised, hidden, or behind others. */
export const bringToFront = (window: BrowserWindow): void => {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
};

/**
 * Opens the console's one window where it was last, locked down as docs/security.md says.
 * @param options.onCrashedAgain the page has crashed soon after it was loaded: somebody is asked, and may load it again
 */
export const openWindow = (options: {
  stateFile: string;
  preload: string;
  onCrashedAgain: (reload: () => void) => void;
}): ConsoleWindow => {
  const remembered = readWindowState(options.stateFile);
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const usable = remembered !== undefined && isOnScreen(remembered, screens) ? remembered : undefined;
  const window = new BrowserWindow({
    ...SMALLEST,
    ...(usable === undefined ? {} : { x: usable.x, y: usable.y, width: usable.width, height: usable.height }),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Regie',
    // The menu is one key away (Alt) where it is not the system's.
    autoHideMenuBar: true,
    backgroundColor: '#0d1117',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // In the tray it watches on: sounds, and the canary that says that alerts would be displayed.
      backgroundThrottling: false,
    },
  });
  if (usable?.maximized) window.maximize();

  const remember = (): void => {
    if (!window.isDestroyed())
      writeWindowState(options.stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  let decide: (() => void) | undefined;
  window.on('close', (event) => {
    remember();
    if (decide === undefined) return;
    event.preventDefault();
    decide();
  });

  let loadedAt = performance.now();
  const reload = (): void => {
    loadedAt = performance.now();
    window.webContents.reload();
  };
  // A busy laptop takes seconds to load it, which are none in which it stood.
  window.webContents.on('did-finish-load', () => {
    loadedAt = performance.now();
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    // The core detects on without a page; the page comes back where it was, for the address keeps the place.
    if (performance.now() - loadedAt >= CRASH_AGAIN_MS) reload();
    else options.onCrashedAgain(reload);
  });
  void window.loadURL(`${ORIGIN}/`);
  return {
    window,
    remember,
    show: (address) => {
      bringToFront(window);
      if (address !== undefined)
        void window.webContents.executeJavaScript(`location.hash = ${JSON.stringify(address)}`);
    },
    onClose: (asked) => {
      decide = asked;
    },
    letClose: () => {
      decide = undefined;
    },
  };
};
