import { type BrowserWindow, Notification, type NotificationConstructorOptions } from 'electron';
import { v7 as uuid } from 'uuid';
import { calls } from '../../shared/contract/calls.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { desktopTexts } from '../../shared/i18n/desktop.ts';
import type { Core } from '../core.ts';
import { type Notice, noticeOf } from '../manners/notice.ts';
import type { ConsoleFacts } from './console-facts.ts';
import { askedText, floodText, notificationText } from './notification-text.ts';

type Asked = Extract<RegieEvent, { event: 'asked' }>;
type Raised = Extract<RegieEvent, { event: 'raised' }>;
type Flood = Extract<RegieEvent, { event: 'flood' }>;
const WHERE: Readonly<Record<Asked['what'], string>> = {
  proposal: '#/approvals',
  handover: '#/handover',
  follow_up: '#/log/open%3Dtrue',
};

type Options = {
  readonly core: Core;
  readonly facts: ConsoleFacts;
  readonly window: BrowserWindow;
  /** Brings the window to the front at a screen. */
  readonly show: (address: string) => void;
};

/**
 * Shows a native notification of new alerts as their severity asks for (electron/manners/notice.ts), of a flood, and of
 * what waits for a person; a click brings the window to the front at that.
 */
export const notify = (options: Options): void => {
  const failed = (error: unknown): void => console.error('a notification was not shown', error);
  const display = createDisplay(options);
  options.core.subscribe((event) => {
    if (!Notification.isSupported()) return;
    if (event.event === 'raised') notifyOfAlert(options, event, display).catch(failed);
    if (event.event === 'flood') notifyOfFlood(options, event, display);
    if (event.event === 'asked') notifyOfAsked(options, event, display);
  });
};

/** @param act what its button does; left out: it has none */
type Display = (content: NotificationConstructorOptions, address: string, act?: () => void) => void;

const createDisplay = ({ window, show }: Options): Display => {
  // The system shows it for as long as it likes; without a reference the click would be lost with the object.
  const shown = new Set<Notification>();
  return (content, address, act) => {
    const notification = new Notification(content);
    const forget = (): void => void shown.delete(notification);
    shown.add(notification);
    notification.on('close', forget);
    notification.on('click', () => {
      forget();
      if (!window.isDestroyed()) show(address);
    });
    notification.on('action', () => {
      forget();
      act?.();
    });
    notification.show();
  };
};

const notifyOfAlert = async (options: Options, event: Raised, display: Display): Promise<void> => {
  const { core, facts, window } = options;
  const muted = facts.session().mutedUntil !== null;
  const looking = !window.isDestroyed() && window.isFocused();
  const notice = noticeOf(event.severity, { muted, looking });
  if (notice === undefined) return;
  const detail = await core.call('alert.get', { incidentId: event.incidentId });
  if (!detail.ok || window.isDestroyed()) return;
  const { alert } = calls['alert.get'].output.parse(detail.value);
  const { language } = facts.session().preferences;
  display(
    { ...notificationText(alert, language), ...contentOf(notice, desktopTexts[language].acknowledge) },
    `#/board/${event.incidentId}`,
    () => acknowledge(options, alert.lead.eventId, event.incidentId),
  );
};

const contentOf = (notice: Notice, acknowledge: string): NotificationConstructorOptions => ({
  urgency: notice.urgency,
  silent: notice.silent,
  timeoutType: notice.stays ? 'never' : 'default',
  ...(notice.acknowledges ? { actions: [{ type: 'button', text: acknowledge }] } : {}),
});

/** In the name of who is signed in on the window; where nobody is, or it is refused, the window says why. */
const acknowledge = ({ core, show }: Options, eventId: RowId, incidentId: RowId): void => {
  const look = (): void => show(`#/board/${incidentId}`);
  core.call('alert.acknowledge', { operationId: uuid(), eventId }).then((answer) => {
    if (!answer.ok) look();
  }, look);
};

/** One that stands for all alerts of the flood, as its sound does. */
const notifyOfFlood = ({ facts, window }: Options, { flood, sounds }: Flood, display: Display): void => {
  if (flood === null || !sounds || window.isDestroyed()) return;
  const { preferences, mutedUntil } = facts.session();
  display({ ...floodText(flood, preferences.language), urgency: 'critical', silent: mutedUntil !== null }, '#/board');
};

/** Whoever has asked knows it. The screen sounds already, and this one calmly. */
const notifyOfAsked = ({ facts, window }: Options, event: Asked, display: Display): void => {
  const { preferences, operator } = facts.session();
  if (window.isDestroyed() || (event.what !== 'follow_up' && operator === event.from)) return;
  display({ ...askedText(event, preferences.language), silent: true, urgency: 'normal' }, WHERE[event.what]);
};
