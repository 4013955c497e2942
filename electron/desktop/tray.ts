import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import { desktopTexts } from '../../shared/i18n/desktop.ts';
import { type TrayIcon, trayView } from '../manners/tray-view.ts';
import type { ConsoleFacts } from './console-facts.ts';

/** Shows the console's state beside the clock, with what can be done without its window. */
export const showTray = (
  facts: ConsoleFacts,
  { icons, open, mute, quit }: { icons: string; open: () => void; mute: () => void; quit: () => void },
): void => {
  const image = (icon: TrayIcon) => nativeImage.createFromPath(join(icons, `${icon}.png`));
  const tray = new Tray(image('unsure'));
  tray.on('click', open);
  let shown = '';
  facts.follow(() => {
    const { language } = facts.session().preferences;
    const view = trayView(facts.tray(), language);
    // A status comes every second; a menu that is open would close each time.
    const next = JSON.stringify([view, language]);
    if (next === shown) return;
    shown = next;
    const texts = desktopTexts[language];
    tray.setImage(image(view.icon));
    tray.setToolTip(view.words);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: view.words, enabled: false },
        { label: texts.open, click: open },
        { type: 'separator' },
        { label: view.mute, click: mute },
        { type: 'separator' },
        { label: texts.quit, click: quit },
      ]),
    );
  });
};
