import { EventEmitter } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from 'electron';
import { called, onDeed, preventable, setup } from './shared.ts';

/** What Electron's `app` does for us, typed as it is. Whatever has to happen before it is ready is refused after. */
class Application extends EventEmitter {
  readonly isPackaged = setup.packaged;
  #ready = false;
  readonly #paths = new Map<string, string>();

  readonly commandLine = {
    hasSwitch: (name: string) => process.argv.some((one) => one === `--${name}` || one.startsWith(`--${name}=`)),
  } satisfies Partial<App['commandLine']>;

  readonly enableSandbox: App['enableSandbox'] = () => {
    this.#early('app.enableSandbox');
  };
  readonly setAppUserModelId: App['setAppUserModelId'] = (id) => called('app.setAppUserModelId', id);
  readonly setAsDefaultProtocolClient: App['setAsDefaultProtocolClient'] = (scheme) => {
    called('app.setAsDefaultProtocolClient', scheme);
    return true;
  };
  readonly setPath: App['setPath'] = (name, path) => {
    called('app.setPath', name);
    this.#paths.set(name, path);
  };
  readonly getPath: App['getPath'] = (name) => this.#paths.get(name) ?? join(setup.home, name);

  /** Older than whatever a test offers. */
  readonly getVersion: App['getVersion'] = () => '0.1.0';
  readonly getName: App['getName'] = () => 'regie';
  readonly getAppPath: App['getAppPath'] = () => setup.home;

  /** One program for each folder `userData`: the first one listens there, and hears of the others. */
  readonly requestSingleInstanceLock: App['requestSingleInstanceLock'] = () => {
    called('app.requestSingleInstanceLock');
    return this.locked;
  };
  locked = true;

  readonly whenReady: App['whenReady'] = async () => {
    await sleep(0);
    this.#ready = true;
    called('app.whenReady');
  };
  readonly quit: App['quit'] = () => {
    called('app.quit');
    const event = preventable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    // A window that prevents it keeps the program.
    if ([...this.windows].every((mayClose) => mayClose())) this.exit(0);
  };
  readonly windows = new Set<() => boolean>();
  readonly exit: App['exit'] = (code = 0) => {
    called('app.exit', code);
    if (this.locked) rmSync(socketOf(), { force: true });
    // What was told is on its way.
    setImmediate(() => process.exit(code));
  };

  #early(name: string): void {
    if (this.#ready) throw new Error(`${name} is called after the app is ready`);
    called(name);
  }
  /** For protocol.registerSchemesAsPrivileged, which has to come as early. */
  requireEarly(name: string): void {
    this.#early(name);
  }
}

// Where an installed program has what its packaging has written beside it.
Object.defineProperty(process, 'resourcesPath', { value: join(setup.home, 'resources') });

const socketOf = (): string => join(setup.home, 'instance.sock');

export const app = new Application();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
onDeed('open-url', ({ url }) => app.emit('open-url', preventable(), url));

/* Asked when this module is loaded: the real lock answers at once, a socket does not. */
app.locked = await new Promise<boolean>((resolve) => {
  const other = createConnection(socketOf());
  other.on('error', () => resolve(true));
  other.on('connect', () => other.end(JSON.stringify(process.argv), () => resolve(false)));
});
if (app.locked) {
  rmSync(socketOf(), { force: true });
  createServer((other) => {
    let said = '';
    other.setEncoding('utf8');
    other.on('data', (part: string) => {
      said += part;
    });
    other.on('end', () => app.emit('second-instance', preventable(), JSON.parse(said), process.cwd()));
  })
    .listen(socketOf())
    .unref();
}
