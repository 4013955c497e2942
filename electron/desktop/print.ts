import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';

/** Saves the paper of the screen that is shown as a PDF, where somebody chooses; the page says its size and margins. */
export const savePdf = async (window: BrowserWindow, name: string): Promise<void> => {
  const file = `${name.replace(/[^\w-]/g, '').slice(0, 100) || 'regie'}.pdf`;
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(app.getPath('documents'), file),
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
  });
  if (canceled) return;
  await writeFile(filePath, await window.webContents.printToPDF({ preferCSSPageSize: true, printBackground: true }));
};
