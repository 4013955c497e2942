import { z } from 'zod';
import type { RegieEvent } from '../shared/contract/events.ts';
import { type Preferences, preferencesSchema, type Session } from '../shared/contract/status.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { Role } from '../shared/domain/rights.ts';
import type { PreferenceStore } from './buffer/preferences.ts';
import type { Author } from './operations/command-handler.ts';

/** What changes; what is undefined stays. */
export type PreferenceChanges = { readonly [Key in keyof Preferences]?: Preferences[Key] | undefined };

/** Who is signed in, with what their commands are signed with. The secret is in memory only. */
export type SignedIn = {
  readonly operatorId: string;
  readonly name: string;
  readonly role: Role;
  readonly secret: Buffer;
};

/** Who sits at this laptop and how they like it. */
export type SessionStore = {
  get(): Session;
  /** The name of who is signed in, or null. */
  operator(): string | null;
  signedIn(): SignedIn | null;
  /** As author of what is given now; null while nobody is signed in. */
  author(): Author | null;
  signIn(who: SignedIn): Session;
  /** Nobody is signed in any more; who it was is remembered, so that a PIN is enough to go on. */
  lock(): Session;
  /** Follows what a supervisor changed of them: another role, or that they may not sign in any more. */
  follow(operators: readonly { operatorId: string; role: Role; active: boolean }[]): void;
  setPreferences(changed: PreferenceChanges): Session;
  /** Says which festival is on screen. Operators are a festival's: nobody is signed in to another one. */
  setFestival(festival: Session['festival']): void;
};

const DEFAULTS: Preferences = { language: 'en', theme: 'dark', volume: 0.7 };

export const createSessionStore = (options: {
  store: PreferenceStore;
  laptop: string;
  version: string;
  /** The language that the machine speaks, for the first start. */
  systemLocale: string;
  timeZone: string;
  clock: Clock;
  publish: (event: RegieEvent) => void;
}): SessionStore => {
  const { store, publish, laptop, clock } = options;
  const firstLanguage = options.systemLocale.toLowerCase().startsWith('fr') ? 'fr' : 'en';
  let signedIn: SignedIn | null = null;
  let lastOperatorId = store.read('last-operator', z.uuid()) ?? null;
  let preferences = merge(
    { ...DEFAULTS, language: firstLanguage },
    store.read('preferences', preferencesSchema.partial()) ?? {},
  );
  let festival: Session['festival'] = { training: true, name: '' };

  const get = (): Session => ({
    operator: signedIn?.name ?? null,
    role: signedIn?.role ?? null,
    lastOperatorId,
    laptop,
    preferences,
    festival,
    timeZone: options.timeZone,
    version: options.version,
  });
  const changed = (): Session => {
    const session = get();
    publish({ event: 'session', session });
    return session;
  };

  return {
    get,
    operator: () => signedIn?.name ?? null,
    signedIn: () => signedIn,
    author: () =>
      signedIn === null ? null : { operator: signedIn.name, laptop, laptopAt: new Date(clock.now()).toISOString() },
    signIn: (who) => {
      signedIn = who;
      lastOperatorId = who.operatorId;
      store.write('last-operator', who.operatorId);
      return changed();
    },
    lock: () => {
      signedIn = null;
      return changed();
    },
    follow: (operators) => {
      if (signedIn === null) return;
      const { operatorId, role } = signedIn;
      const now = operators.find((operator) => operator.operatorId === operatorId);
      if (now?.active && now.role === role) return;
      signedIn = now?.active ? { ...signedIn, role: now.role } : null;
      changed();
    },
    setPreferences: (some) => {
      preferences = merge(preferences, some);
      store.write('preferences', preferences);
      return changed();
    },
    setFestival: (shown) => {
      festival = shown;
      signedIn = null;
      changed();
    },
  };
};

const merge = (base: Preferences, changed: PreferenceChanges): Preferences => ({
  language: changed.language ?? base.language,
  theme: changed.theme ?? base.theme,
  volume: changed.volume ?? base.volume,
});
