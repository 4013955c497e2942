import { EventEmitter } from 'node:events';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { app } from './application.ts';
import { called } from './shared.ts';

/*
 * What electron-updater asks of Electron: requests of a session of its own, over Node here, and the system's own updater,
 * which hears that the program quits.
 */
class SystemUpdater extends EventEmitter {
  override emit(name: string, ...args: unknown[]): boolean {
    called(`autoUpdater.${name}`);
    return super.emit(name, ...args);
  }
}

type RequestOptions = { readonly protocol?: string } & Record<string, unknown>;
const net = {
  request: ({ session: _session, redirect: _redirect, ...options }: RequestOptions) =>
    (options.protocol === 'http:' ? overHttp : overHttps)(options),
};

Reflect.set(globalThis, 'regieElectronDouble', {
  ...{ app, net, autoUpdater: new SystemUpdater() },
  session: { fromPartition: (name: string) => ({ name }) },
});
