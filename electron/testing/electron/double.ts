/**
 * Stands in for Electron where its program is not: the desktop's own code runs in Node, its window is a page of a real
 * browser, and what it asks of the system goes to the test that started it (desktop-process.ts). Each part is typed by
 * Electron's own types.
 */
export { app } from './application.ts';
export { dialog, Menu, Notification, nativeImage, net, powerSaveBlocker, safeStorage, screen, Tray } from './system.ts';
export { BrowserWindow, ipcMain, protocol, session } from './window.ts';

import './updater.ts';
