import type { App, Session, WebContents } from 'electron';

/** The renderer's only origin: a scheme of our own, so that no file of the machine can be reached through it. */
export const ORIGIN = 'app://regie';

/** Whether an address is a page of ours. */
export const isOurs = (address: string): boolean => address === ORIGIN || address.startsWith(`${ORIGIN}/`);

/** Denies what a console never needs: other pages, other windows, webviews, permissions (electron, "Security"). */
export const lockDown = (app: App, session: Session): void => {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
};
