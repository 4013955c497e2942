import { BrowserWindow, screen } from 'electron';
import { ORIGIN } from './security.ts';
import { isOnScreen, readWindowState, writeWindowState } from './window-state.ts';

const SMALLEST = { width: 1_280, height: 720 };
/** A page that crashes again so soon after a reload would only crash again. */
const CRASH_AGAIN_MS = 10_000;

export type ConsoleWindow = {
  readonly window: BrowserWindow;
  /** Keeps where the window is for the next start. */
  remember(): void;
};

/** Opens the console's one window where it was last, locked down as docs/security.md says. */
export const openWindow = (options: { stateFile: string; preload: string }): ConsoleWindow => {
  const remembered = readWindowState(options.stateFile);
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const usable = remembered !== undefined && isOnScreen(remembered, screens) ? remembered : undefined;
  const window = new BrowserWindow({
    ...SMALLEST,
    ...(usable === undefined ? {} : { x: usable.x, y: usable.y, width: usable.width, height: usable.height }),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Regie',
    backgroundColor: '#0d1117',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  });
  if (usable?.maximized) window.maximize();

  const remember = (): void => {
    if (!window.isDestroyed())
      writeWindowState(options.stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  window.on('close', remember);

  let loadedAt = performance.now();
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || performance.now() - loadedAt < CRASH_AGAIN_MS) return;
    // The core detects on without a page; the page comes back where it was, for the address keeps the place.
    loadedAt = performance.now();
    window.webContents.reload();
  });
  void window.loadURL(`${ORIGIN}/`);
  return { window, remember };
};
