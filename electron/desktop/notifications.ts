import { type BrowserWindow, Notification } from 'electron';
import { calls } from '../../shared/contract/calls.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Core } from '../core.ts';
import { askedText, notificationText } from './notification-text.ts';

type Asked = Extract<RegieEvent, { event: 'asked' }>;
const WHERE: Readonly<Record<Asked['what'], string>> = {
  proposal: '#/approvals',
  handover: '#/handover',
  follow_up: '#/log/open%3Dtrue',
};

/**
 * Shows a native notification for each new CRITICAL alert, and for what waits for a person; a click brings the window to the
 * front at that.
 */
export const notifyOfCritical = (core: Core, window: BrowserWindow): void => {
  // The system shows it for as long as it likes; without a reference the click would be lost with the object.
  const shown = new Set<Notification>();

  const notify = async (incidentId: RowId): Promise<void> => {
    const [detail, session] = await Promise.all([core.call('alert.get', { incidentId }), core.call('session.get', {})]);
    if (!detail.ok || !session.ok || window.isDestroyed()) return;
    const { alert } = calls['alert.get'].output.parse(detail.value);
    const { preferences } = calls['session.get'].output.parse(session.value);
    show(
      new Notification({ ...notificationText(alert, preferences.language), urgency: 'critical' }),
      `#/board/${incidentId}`,
    );
  };
  const show = (notification: Notification, address: string): void => {
    shown.add(notification);
    notification.on('close', () => shown.delete(notification));
    notification.on('click', () => {
      shown.delete(notification);
      if (window.isDestroyed()) return;
      bringToFront(window);
      void window.webContents.executeJavaScript(`location.hash = ${JSON.stringify(address)}`);
    });
    notification.show();
  };
  /** Whoever has asked knows it. */
  const notifyOfAsked = async (event: Asked): Promise<void> => {
    const session = await core.call('session.get', {});
    if (!session.ok || window.isDestroyed()) return;
    const { preferences, operator } = calls['session.get'].output.parse(session.value);
    if (event.what !== 'follow_up' && operator === event.from) return;
    // The screen sounds already, and this one calmly.
    show(
      new Notification({ ...askedText(event, preferences.language), silent: true, urgency: 'normal' }),
      WHERE[event.what],
    );
  };

  const failed = (error: unknown): void => console.error('a notification was not shown', error);
  core.subscribe((event) => {
    if (!Notification.isSupported()) return;
    if (event.event === 'raised' && event.severity === 'CRITICAL') notify(event.incidentId).catch(failed);
    if (event.event === 'asked') notifyOfAsked(event).catch(failed);
  });
};

/** Shows a window wherever it was left: minimised, hidden, or behind others. */
export const bringToFront = (window: BrowserWindow): void => {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
};
