import { type CallInput, type CallName, type CallOutput, calls } from '../../shared/contract/calls.ts';
import type { Session } from '../../shared/contract/session.ts';
import type { SystemStatus } from '../../shared/contract/status.ts';
import type { Alert } from '../../shared/domain/alert.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Core } from '../core.ts';
import type { TrayFacts } from '../manners/tray-view.ts';

/** What the shell knows of the console beside its window: for tray, menu, notifications and the question before it ends. */
export type ConsoleFacts = {
  session(): Session;
  /** Asked for now: what was pushed last may be older than what somebody has just done. */
  latestStatus(): Promise<SystemStatus>;
  tray(): TrayFacts;
  /** Calls the listener now and after each change. */
  follow(listener: () => void): void;
};

/** Asks once, and then follows what the core pushes. */
export const readConsole = async (core: Core): Promise<ConsoleFacts> => {
  const listeners = new Set<() => void>();
  let session = await ask(core, 'session.get', {});
  let status = await ask(core, 'status.get', {});
  /** Of the open alerts: whether one is critical and nobody is on it. */
  const open = new Map<RowId, boolean>();
  const take = (alerts: readonly Alert[]): void => {
    for (const { incidentId, lead, open: isOpen } of alerts) {
      if (isOpen) open.set(incidentId, lead.severity === 'CRITICAL' && lead.acknowledgedAt === null);
      else open.delete(incidentId);
    }
  };
  const load = async (): Promise<void> => {
    const { alerts } = await ask(core, 'board.get', { closed: false });
    open.clear();
    take(alerts);
  };
  await load();

  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  core.subscribe((event) => {
    switch (event.event) {
      case 'session':
        session = event.session;
        break;
      case 'status':
        status = event.status;
        break;
      case 'alerts':
        for (const incidentId of event.removed) open.delete(incidentId);
        take(event.changed);
        break;
      case 'reload':
        load().then(changed, (error: unknown) => console.error('the open alerts are not known', error));
        return;
      default:
        return;
    }
    changed();
  });
  return {
    session: () => session,
    latestStatus: () => ask(core, 'status.get', {}),
    tray: () => ({
      ...{ status, timeZone: session.timeZone, mutedUntil: session.mutedUntil },
      festival: session.festival.name,
      open: open.size,
      critical: [...open.values()].filter(Boolean).length,
    }),
    follow: (listener) => {
      listeners.add(listener);
      listener();
    },
  };
};

/** @throws Error where the core refuses */
export const ask = async <Name extends CallName>(
  core: Core,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${answer.error.code}`);
  // The pair of name and answer is one entry of the contract; the compiler cannot follow it through the table.
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};
