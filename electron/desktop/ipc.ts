import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { failed } from '../../shared/contract/errors.ts';
import type { Core } from '../core.ts';
import { savePdf } from './print.ts';
import { isOurs } from './security.ts';

/** Answers calls of our own page in our own window alone, and pushes events to it. */
export const serveWindow = (core: Core, window: BrowserWindow): void => {
  const isOurPage = ({ senderFrame: frame }: IpcMainInvokeEvent): boolean =>
    frame !== null && frame === window.webContents.mainFrame && isOurs(frame.url);
  ipcMain.handle('regie:call', (event, name: unknown, input: unknown) =>
    isOurPage(event) ? core.call(String(name), input) : failed('unknown_call'),
  );
  ipcMain.handle('regie:print', (event, name: unknown) =>
    isOurPage(event) ? savePdf(window, String(name)) : undefined,
  );
  core.subscribe((event) => {
    if (!window.isDestroyed()) window.webContents.send('regie:event', event);
  });
};
