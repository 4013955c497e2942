import type { RegieEvent } from '../../shared/contract/events.ts';
import type { FestivalSettings } from '../../shared/domain/festival-settings.ts';
import type { Signatory } from '../operations/operators/signed.ts';
import {
  createLaptopPreferences,
  createSessionStore,
  type SessionStore,
  type SessionStoreOptions,
  type ShownFestival,
} from './store.ts';

/**
 * The sessions of this laptop: one for the desktop's window, one for each browser tab. Each has its own operator, its own
 * lock and its own secret; festival and preferences are the laptop's.
 */
export type Sessions = {
  /** @param publish tells this client alone; close the session when the client is gone for good. */
  open(publish: (event: RegieEvent) => void): SessionStore;
  /** Who is signed in and acted last, for the other laptops; null while nobody is. */
  operator(): string | null;
  isSignedIn(name: string): boolean;
  /** With what they sign; null while they are signed in nowhere here. */
  signatoryOf(name: string): Signatory | null;
  follow: SessionStore['follow'];
  /** This laptop was ended: nobody is signed in on it. */
  endLaptop(): void;
  setFestival: SessionStore['setFestival'];
  setFestivalSettings: SessionStore['setFestivalSettings'];
  close(): void;
};

export const createSessions = (
  options: Omit<SessionStoreOptions, 'publish' | 'preferences'> & { readonly systemLocale: string },
): Sessions => {
  /** Whoever signed in last is last. */
  const open = new Set<SessionStore>();
  const ends = new Set<() => void>();
  const preferences = createLaptopPreferences(options);
  let festival: readonly [ShownFestival, string] | undefined;

  const operators = (): string[] => [...open].flatMap((session) => session.operator() ?? []);

  return {
    open: (publish) => {
      const session = createSessionStore({ ...options, preferences, publish });
      if (festival !== undefined) session.setFestival(...festival);
      const leave = (): void => {
        open.delete(tracked);
        ends.delete(leave);
        session.close();
      };
      ends.add(leave);
      const tracked: SessionStore = {
        ...session,
        signIn: (who) => {
          open.delete(tracked);
          open.add(tracked);
          return session.signIn(who);
        },
        close: () => {
          leave();
          if (session.operator() !== null) options.onOperator();
        },
      };
      open.add(tracked);
      return tracked;
    },
    operator: () => operators().at(-1) ?? null,
    isSignedIn: (name) => operators().includes(name),
    signatoryOf: (name) =>
      [...open].map((session) => session.signatory()).find((one) => one?.author.operator === name) ?? null,
    follow: (known) => {
      for (const session of open) session.follow(known);
    },
    endLaptop: () => {
      for (const session of open) session.endLaptop();
    },
    setFestival: (shown, festivalId) => {
      festival = [shown, festivalId];
      for (const session of open) session.setFestival(shown, festivalId);
    },
    setFestivalSettings: (settings: FestivalSettings) => {
      if (festival !== undefined) festival = [{ ...festival[0], settings }, festival[1]];
      for (const session of open) session.setFestivalSettings(settings);
    },
    close: () => {
      // The whole console ends: nobody is told any more.
      for (const end of [...ends]) end();
    },
  };
};
