import { type BrowserWindow, ipcMain } from 'electron';
import { failed } from '../../shared/contract/errors.ts';
import type { Core } from '../core.ts';
import { isOurs } from './security.ts';

/** Answers calls of our own page in our own window alone, and pushes events to it. */
export const serveWindow = (core: Core, window: BrowserWindow): void => {
  ipcMain.handle('regie:call', (event, name: unknown, input: unknown) => {
    const frame = event.senderFrame;
    if (frame === null || frame !== window.webContents.mainFrame || !isOurs(frame.url)) return failed('unknown_call');
    return core.call(String(name), input);
  });
  core.subscribe((event) => {
    if (!window.isDestroyed()) window.webContents.send('regie:event', event);
  });
};
