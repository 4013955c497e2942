import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AppUpdater } from 'electron-updater';
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js';
import { parse } from 'yaml';
import { readUpdateList, type UpdateList } from '../manners/update-list.ts';

/** How a new version is found, fetched and put in the place of this one. */
export type UpdateSource = {
  /** The newer version at the address; null: there is none. @throws whatever keeps it from being known */
  look(address: string): Promise<string | null>;
  /** Of what was found last. @param percent of it, as it goes @returns false where `stop` ended it */
  download(percent: (done: number) => void): Promise<boolean>;
  stop(): void;
  /** Ends the program, and puts the new version in its place. @throws where it cannot; then nothing has ended */
  install(options: { restart: boolean }): Promise<void>;
  /** Whether it can be installed without asking anybody for a password, and without starting it again. */
  readonly quiet: boolean;
};

/** Of a program that no installer has put there. */
const UNSUPPORTED = 'unsupported';
const LIST_MS = 60_000;
/** Electron's requests wait for a server that has stopped sending for as long as it likes. */
const STALL_MS = 2 * 60_000;

type Library = Pick<typeof import('electron-updater'), 'CancellationToken' | 'Provider'>;

/** The generic provider of electron-updater, for lists that are signed. */
const signedProvider = ({ Provider: Base, CancellationToken }: Library, key: KeyObject, url: string) =>
  class extends Base<UpdateList & { path: string; sha512: string }> {
    readonly #base = new URL(url.endsWith('/') ? url : `${url}/`);
    constructor(_options: unknown, _updater: unknown, runtime: ProviderRuntimeOptions) {
      super(runtime);
    }
    /** A number that names this laptop would be one of them. */
    override setRequestHeaders(): void {}
    override async getLatestVersion() {
      const name = `${this.getDefaultChannelName()}.yml`;
      const text = await this.#read(name);
      const list = readUpdateList({ name, text, signature: await this.#read(`${name}.sig`) }, key, parse);
      // What older lists had of the one file that they named, and types ask for.
      return { ...list, path: '', sha512: '' };
    }
    override resolveFiles(list: UpdateList) {
      return list.files.map((info) => ({ url: new URL(info.url, this.#base), info }));
    }
    async #read(name: string): Promise<string> {
      const token = new CancellationToken();
      const limit = setTimeout(() => token.cancel(), LIST_MS);
      try {
        return (await this.httpRequest(new URL(name, this.#base), null, token)) ?? '';
      } catch (error) {
        throw token.cancelled ? new Error(`${name}: timed out`) : error;
      } finally {
        clearTimeout(limit);
      }
    }
  };

/**
 * electron-updater, with nothing that it does by itself switched on: when something is looked for, fetched or installed
 * is decided in electron/manners/updates.ts. It refuses what is older, what the packed key has not signed, and what has
 * not the hash that the list names; on macOS, and on Windows where this program is signed, also what its maker has not
 * signed for that system.
 * @param load the updater of this system
 */
export const createUpdateSource = (
  key: KeyObject,
  load: () => Promise<{ library: Library; updater: AppUpdater }>,
  stallMs = STALL_MS,
): UpdateSource => {
  // Made when it is first needed: most laptops never ask for updates.
  let made: ReturnType<typeof load> | undefined;
  const library = (): ReturnType<typeof load> => {
    made ??= load().then((loaded) => {
      const { updater } = loaded;
      updater.autoDownload = false;
      updater.autoInstallOnAppQuit = false;
      updater.allowDowngrade = false;
      updater.allowPrerelease = false;
      updater.disableWebInstaller = true;
      updater.logger = null;
      // What it throws it also emits, which nobody may leave unheard.
      updater.on('error', () => undefined);
      return loaded;
    });
    return made;
  };
  let files: readonly { readonly sha512: string; readonly size: number }[] = [];
  let downloaded: string | undefined;
  let stopped = (): void => undefined;
  return {
    look: async (url) => {
      const loaded = await library();
      loaded.updater.setFeedURL({ provider: 'custom', updateProvider: signedProvider(loaded.library, key, url) });
      const found = await loaded.updater.checkForUpdates();
      if (found === null) throw new Error(UNSUPPORTED);
      files = found.updateInfo.files.map(({ sha512, size = 0 }) => ({ sha512, size }));
      return found.isUpdateAvailable ? found.updateInfo.version : null;
    },
    download: async (percent) => {
      const { library: own, updater } = await library();
      const token = new own.CancellationToken();
      stopped = () => token.cancel();
      let stalled = false;
      const limit = setTimeout(() => {
        stalled = true;
        token.cancel();
      }, stallMs);
      const progress = (one: { percent: number }): void => {
        limit.refresh();
        percent(Math.floor(one.percent));
      };
      updater.on('download-progress', progress);
      try {
        [downloaded] = await updater.downloadUpdate(token);
        return true;
      } catch (error) {
        if (stalled) throw new Error('the download timed out');
        if (token.cancelled) return false;
        throw error;
      } finally {
        clearTimeout(limit);
        updater.off('download-progress', progress);
        stopped = () => undefined;
      }
    },
    stop: () => stopped(),
    install: async ({ restart }) => {
      const { updater } = await library();
      // It has lain there for days, where others of this user's programs may write.
      const hash = downloaded === undefined ? '' : await hashOf(downloaded);
      const file = files.find(({ sha512 }) => sha512 === hash);
      if (file === undefined) throw new Error('ERR_CHECKSUM_MISMATCH of what was downloaded');
      requireRoom(file.size);
      updater.autoRunAppAfterInstall = restart;
      await new Promise<void>((resolve, reject) => {
        updater.once('error', reject);
        updater.quitAndInstall(!restart, restart);
        // On macOS the system's own updater takes it first, and ends the program or says what is wrong.
        if (process.platform !== 'darwin') resolve();
      });
    },
    quiet: process.platform === 'win32' || process.env.APPIMAGE !== undefined,
  };
};

/** electron-updater as it is for this system; inside of Electron alone. */
export const loadUpdater = async (): Promise<{ library: Library; updater: AppUpdater }> => {
  const { default: library } = await import('electron-updater');
  return { library, updater: library.autoUpdater };
};

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
};

/** Of an AppImage the old file is removed before the new one is moved there: on a full disk neither would be left. */
const requireRoom = (bytes: number): void => {
  const program = process.env.APPIMAGE;
  if (process.platform !== 'linux' || program === undefined) return;
  const { bavail, bsize } = statfsSync(dirname(program));
  if (bavail * bsize < bytes) throw new Error(`ENOSPC ${dirname(program)} has no room for ${bytes} bytes`);
};
