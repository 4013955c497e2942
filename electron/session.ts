import { z } from 'zod';
import type { RegieEvent } from '../shared/contract/events.ts';
import { type Preferences, preferencesSchema, type Session } from '../shared/contract/status.ts';
import type { PreferenceStore } from './buffer/preferences.ts';

/** What changes; what is undefined stays. */
export type PreferenceChanges = { readonly [Key in keyof Preferences]?: Preferences[Key] | undefined };

/** Who sits at this laptop and how they like it, remembered between starts. */
export type SessionStore = {
  get(): Session;
  /** The operator who signed in, or null. */
  operator(): string | null;
  signIn(operator: string): Session;
  setPreferences(changed: PreferenceChanges): Session;
  /** Says which festival is on screen. */
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
  publish: (event: RegieEvent) => void;
}): SessionStore => {
  const { store, publish } = options;
  const firstLanguage = options.systemLocale.toLowerCase().startsWith('fr') ? 'fr' : 'en';
  let operator = store.read('operator', z.string().min(1)) ?? null;
  let preferences = merge(
    { ...DEFAULTS, language: firstLanguage },
    store.read('preferences', preferencesSchema.partial()) ?? {},
  );
  let festival: Session['festival'] = { training: true, name: '' };

  const get = (): Session => ({
    operator,
    laptop: options.laptop,
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
    operator: () => operator,
    signIn: (name) => {
      operator = name;
      store.write('operator', name);
      return changed();
    },
    setPreferences: (some) => {
      preferences = merge(preferences, some);
      store.write('preferences', preferences);
      return changed();
    },
    setFestival: (shown) => {
      festival = shown;
      changed();
    },
  };
};

const merge = (base: Preferences, changed: PreferenceChanges): Preferences => ({
  language: changed.language ?? base.language,
  theme: changed.theme ?? base.theme,
  volume: changed.volume ?? base.volume,
});
