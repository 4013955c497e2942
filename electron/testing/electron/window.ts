import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type {
  BrowserWindowConstructorOptions,
  IpcMain,
  Protocol,
  WebContents as RealContents,
  BrowserWindow as RealWindow,
  Session,
} from 'electron';
import { type Browser, type BrowserContext, chromium, type Frame, type Page, type Route } from 'playwright-core';
import { app } from './application.ts';
import { called, onDeed, preventable, setup } from './shared.ts';

/** Where the page of `app://regie` is in a browser that does not know that scheme. */
const ORIGIN = 'app://regie';
const SHOWN = 'https://regie.invalid';
const asShown = (url: string): string => url.replace(ORIGIN, SHOWN);
const asOurs = (url: string): string => url.replace(SHOWN, ORIGIN);

const MIME: Readonly<Record<string, string>> = {
  ...{ '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' },
};

let handler: ((request: Request) => Response | Promise<Response>) | undefined;
export const protocol = {
  registerSchemesAsPrivileged: (schemes) => {
    app.requireEarly('protocol.registerSchemesAsPrivileged');
    called('schemes', schemes);
  },
  handle: (scheme, answer) => {
    called('protocol.handle', scheme);
    // GlobalRequest of Electron's types is the Request of Node.
    handler = answer as typeof handler;
  },
} satisfies Partial<Protocol>;

const handlers = new Map<string, (event: never, ...args: unknown[]) => unknown>();
export const ipcMain = {
  handle: (channel, answer) => {
    called('ipcMain.handle', channel);
    handlers.set(channel, answer);
  },
} satisfies Partial<IpcMain>;

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (answer) => {
      answer?.({} as never, 'media', (granted) => called('permission', granted), {} as never);
    },
    setPermissionCheckHandler: (answer) => called('permission check', answer?.(null, 'media', '', {} as never)),
    setDevicePermissionHandler: (answer) => called('device permission', answer?.({} as never)),
  } satisfies Partial<Session>,
};

let browser: Promise<Browser> | undefined;

/** Gives the page what a preload script finds: the real one runs, against a bridge of ours. */
const preloadOf = (file: string): string => `(() => {
  const listeners = new Map();
  globalThis.__push = (channel, payload) => { for (const one of listeners.get(channel) ?? []) one({}, payload); };
  const ipcRenderer = {
    invoke: (channel, ...args) => globalThis.__invoke(channel, args),
    on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    off: (channel, listener) => listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)),
  };
  const contextBridge = { exposeInMainWorld: (name, api) => { globalThis[name] = api; } };
  globalThis.open = (url = '') => {
    globalThis.__open(String(url));
    return null;
  };
  const require = () => ({ contextBridge, ipcRenderer });
  const module = { exports: {} };
  ${readFileSync(file, 'utf8')}
})();`;

/** A frame as the sender of a message; the main one is the same object each time. */
type Sender = { readonly url: string };

class WebContents extends EventEmitter {
  readonly mainFrame: Sender;
  #page: Page | undefined;
  #context: BrowserContext | undefined;
  #open: Parameters<RealContents['setWindowOpenHandler']>[0] | undefined;
  /** A navigation that the program itself has begun. */
  #ours = false;
  #url = '';
  readonly #preload: string;

  constructor(preload: string) {
    super();
    this.#preload = preload;
    const url = (): string => asOurs(this.#page?.mainFrame().url() ?? '');
    this.mainFrame = {
      get url() {
        return url();
      },
    };
    queueMicrotask(() => app.emit('web-contents-created', preventable(), this));
  }

  readonly setWindowOpenHandler: RealContents['setWindowOpenHandler'] = (answer) => {
    this.#open = answer;
  };
  readonly send: RealContents['send'] = (channel, payload) => {
    const pushed = `globalThis.__push?.(${JSON.stringify(channel)}, ${JSON.stringify(payload)})`;
    // A page that loads or has crashed hears nothing, as in Electron.
    this.#page?.evaluate(pushed).catch(() => undefined);
  };
  readonly executeJavaScript: RealContents['executeJavaScript'] = async (code) => {
    await this.#page?.waitForLoadState('load');
    return this.#page?.evaluate(code);
  };
  readonly printToPDF: RealContents['printToPDF'] = async (options) => {
    if (this.#page === undefined) throw new Error('there is no page');
    const { preferCSSPageSize = false, printBackground = false } = options;
    return this.#page.pdf({ preferCSSPageSize, printBackground });
  };
  readonly reload: RealContents['reload'] = () => {
    called('webContents.reload');
    void this.load(this.#url);
  };

  /** Opens the address in a page of its own: one that has crashed does not come back. */
  async load(url: string): Promise<void> {
    this.#url = url;
    browser ??= chromium.connectOverCDP(setup.browser);
    this.#context ??= await this.#openContext(await browser);
    await this.#page?.close();
    const page = await this.#context.newPage();
    this.#page = page;
    page.on('crash', () => {
      this.#url = asOurs(page.url());
      this.emit('render-process-gone', preventable(), { reason: 'crashed', exitCode: 1 });
    });
    this.#ours = true;
    await page.goto(asShown(url));
    this.#ours = false;
    this.emit('did-finish-load');
    called('loaded', url);
  }
  close(): void {
    void this.#context?.close();
  }

  async #openContext(opened: Browser): Promise<BrowserContext> {
    const context = await opened.newContext({ viewport: { width: 1_366, height: 768 } });
    await context.exposeBinding('__invoke', ({ frame }, channel: string, args: unknown[]) =>
      this.#invoke(frame, channel, args),
    );
    // Electron asks before there is a window; the browser, when it has one.
    await context.exposeBinding('__open', (_source, url: string) => {
      const { action } = this.#open?.({ url } as never) ?? { action: 'allow' };
      called('window.open', url, action);
    });
    await context.addInitScript({ content: preloadOf(this.#preload) });
    await context.route('**/*', (route) => this.#serve(route));
    return context;
  }

  #invoke(frame: Frame, channel: string, args: unknown[]): unknown {
    const senderFrame = frame === this.#page?.mainFrame() ? this.mainFrame : { url: asOurs(frame.url()) };
    return handlers.get(channel)?.({ senderFrame } as never, ...args);
  }

  async #serve(route: Route): Promise<void> {
    const request = route.request();
    const url = asOurs(request.url());
    const moves = request.isNavigationRequest() && request.frame() === this.#page?.mainFrame() && !this.#ours;
    if (moves) {
      const event = preventable();
      this.emit('will-navigate', event, url);
      called('will-navigate', url, event.defaultPrevented);
      if (event.defaultPrevented) {
        // The page stays as it is, instead of one that says what went wrong.
        await route.abort('aborted');
        return;
      }
    }
    const response = await handler?.(new Request(url, { method: request.method() }));
    if (response === undefined || !url.startsWith(ORIGIN)) await route.abort('aborted');
    else {
      await route.fulfill({
        status: response.status,
        headers: { ...Object.fromEntries(response.headers), 'content-type': typeOf(url) },
        body: Buffer.from(await response.arrayBuffer()),
      });
    }
  }
}

const typeOf = (url: string): string => {
  const { pathname } = new URL(url);
  return MIME[pathname === '/' ? '.html' : extname(pathname)] ?? 'application/octet-stream';
};

/** A window, behind which a page of a real browser is. */
export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  #state = { shown: true, focused: true, minimized: false, maximized: false, destroyed: false };

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    called('BrowserWindow', options);
    this.webContents = new WebContents(options.webPreferences?.preload ?? '');
    onDeed('close', () => this.close());
    app.windows.add(() => this.#mayClose());
    onDeed('focus', ({ focused }) => {
      this.#state.focused = focused;
    });
  }
  readonly loadURL: RealWindow['loadURL'] = (url) => this.webContents.load(url);
  readonly close: RealWindow['close'] = () => {
    if (!this.#mayClose()) return;
    this.#state.destroyed = true;
    this.webContents.close();
    this.emit('closed');
    app.emit('window-all-closed');
  };
  #mayClose(): boolean {
    const event = preventable();
    this.emit('close', event);
    return !event.defaultPrevented;
  }
  readonly show: RealWindow['show'] = () => {
    called('window.show');
    this.#state.shown = true;
  };
  readonly hide: RealWindow['hide'] = () => {
    called('window.hide');
    this.#state.shown = false;
    this.#state.focused = false;
  };
  readonly focus: RealWindow['focus'] = () => {
    called('window.focus');
    this.#state.focused = true;
  };
  readonly restore: RealWindow['restore'] = () => {
    this.#state.minimized = false;
  };
  readonly maximize: RealWindow['maximize'] = () => {
    this.#state.maximized = true;
  };
  readonly isDestroyed: RealWindow['isDestroyed'] = () => this.#state.destroyed;
  readonly isMinimized: RealWindow['isMinimized'] = () => this.#state.minimized;
  readonly isMaximized: RealWindow['isMaximized'] = () => this.#state.maximized;
  readonly isFocused: RealWindow['isFocused'] = () => this.#state.focused && this.#state.shown;
  readonly getNormalBounds: RealWindow['getNormalBounds'] = () => ({ x: 0, y: 0, width: 1_366, height: 768 });
}
