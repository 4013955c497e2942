import { type BrowserWindow, Notification } from 'electron';
import { calls } from '../../shared/contract/calls.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Core } from '../core.ts';
import { notificationText } from './notification-text.ts';

/** Shows a native notification for each new CRITICAL alert; a click brings the window to the front at that alert. */
export const notifyOfCritical = (core: Core, window: BrowserWindow): void => {
  // The system shows it for as long as it likes; without a reference the click would be lost with the object.
  const shown = new Set<Notification>();

  const notify = async (incidentId: RowId): Promise<void> => {
    const [detail, session] = await Promise.all([core.call('alert.get', { incidentId }), core.call('session.get', {})]);
    if (!detail.ok || !session.ok || window.isDestroyed()) return;
    const { alert } = calls['alert.get'].output.parse(detail.value);
    const { preferences } = calls['session.get'].output.parse(session.value);
    const notification = new Notification({ ...notificationText(alert, preferences.language), urgency: 'critical' });
    shown.add(notification);
    notification.on('close', () => shown.delete(notification));
    notification.on('click', () => {
      shown.delete(notification);
      if (window.isDestroyed()) return;
      bringToFront(window);
      void window.webContents.executeJavaScript(`location.hash = ${JSON.stringify(`#/board/${incidentId}`)}`);
    });
    notification.show();
  };

  core.subscribe((event) => {
    if (event.event === 'raised' && event.severity === 'CRITICAL' && Notification.isSupported()) {
      notify(event.incidentId).catch((error: unknown) => console.error('a notification was not shown', error));
    }
  });
};

/** Shows a window wherever it was left: minimised, hidden, or behind others. */
export const bringToFront = (window: BrowserWindow): void => {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
};
