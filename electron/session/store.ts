import { z } from 'zod';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { type Preferences, preferencesSchema, type Session } from '../../shared/contract/session.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { type FestivalSettings, INITIAL_SETTINGS } from '../../shared/domain/festival-settings.ts';
import type { Author } from '../../shared/domain/operator.ts';
import type { Role } from '../../shared/domain/rights.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import type { SessionKey } from '../operations/operators/online-sign-in.ts';
import type { SigningKey } from '../operations/operators/proof.ts';
import type { Signatory } from '../operations/operators/signed.ts';
import { createIdleWatch } from './idle-lock.ts';

/** What changes; what is undefined stays. */
export type PreferenceChanges = { readonly [Key in keyof Preferences]?: Preferences[Key] | undefined };

/** Who is signed in, with what their commands are signed with: in memory only. */
export type SignedIn = {
  readonly operatorId: string;
  readonly name: string;
  readonly role: Role;
  /** When their PIN was set: whoever has another one since is asked for it. */
  readonly pinAt: string;
  readonly laptopKey: SigningKey;
  /** Null where they have signed in without the network. */
  readonly sessionKey: SessionKey | null;
};

/** The festival on screen; its address is host/database, and empty for the training festival. */
export type ShownFestival = Omit<Session['festival'], 'name'>;

/** Who sits at this laptop and how they like it. */
export type SessionStore = {
  get(): Session;
  /** The name of who is signed in, or null. */
  operator(): string | null;
  signedIn(): SignedIn | null;
  /** As author of what is submitted now; null while nobody is signed in. */
  author(): Author | null;
  /** Who signs what is submitted now, with keys that have not run out; null while nobody is signed in. */
  signatory(): Signatory | null;
  /** Somebody as author of what they submit here now, signed in or not. */
  authorOf(who: Pick<SignedIn, 'operatorId' | 'name'>): Author;
  signIn(who: SignedIn): Session;
  /** The network has answered after somebody had signed in without it. @returns false where it is for nobody any more */
  stepUp(operatorId: string, key: SessionKey, laptopKey?: SigningKey | null): boolean;
  /** Nobody is signed in any more; who it was is remembered, so that a PIN is enough to go on. */
  lock(): Session;
  /** This laptop was ended: nobody is signed in on it. */
  endLaptop(): Session;
  /** Somebody is at this console: it does not lock itself for a while. */
  active(): void;
  /** Their own PIN is changed here: that it is another one then does not sign them out. */
  whilePinChanges<T>(work: () => Promise<T>): Promise<T>;
  /** Follows what a supervisor changed of them: another role, a new PIN, or that they may not sign in any more. */
  follow(operators: readonly { operatorId: string; role: Role; active: boolean; pinAt: string }[]): void;
  setPreferences(changed: PreferenceChanges): Session;
  /** @param minutes for which this screen makes no sound; null: it does again */
  mute(minutes: number | null): Session;
  /** Says which festival is on screen. Operators are a festival's: nobody is signed in to another one. */
  setFestival(festival: ShownFestival, festivalId: string): void;
  /** What holds for the whole festival has changed. */
  setFestivalSettings(settings: FestivalSettings): void;
  close(): void;
};

const DEFAULTS: Preferences = { language: 'en', theme: 'dark', volume: 0.7, autoLockMinutes: 15, boardViews: [] };
const CHECK_MS = 1_000;
/** Names that are remembered a festival: those of a shift. */
const RECENT = 6;
const recentSchema = z.record(z.string(), z.array(z.uuid()));

/** How this laptop is set, for all of its sessions. */
export type LaptopPreferences = {
  get(): Preferences;
  set(changed: PreferenceChanges): void;
  /** Each session hears of a change, whichever of them made it. */
  onChange(listener: () => void): () => void;
};

/** @param options.systemLocale the language that the machine speaks, for the first start */
export const createLaptopPreferences = (options: {
  readonly store: PreferenceStore;
  readonly systemLocale: string;
}): LaptopPreferences => {
  const language = options.systemLocale.toLowerCase().startsWith('fr') ? 'fr' : 'en';
  const listeners = new Set<() => void>();
  let preferences = merge(
    { ...DEFAULTS, language },
    options.store.read('preferences', preferencesSchema.partial()) ?? {},
  );
  return {
    get: () => preferences,
    set: (changed) => {
      preferences = merge(preferences, changed);
      options.store.write('preferences', preferences);
      for (const listener of listeners) listener();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

export type SessionStoreOptions = {
  readonly store: PreferenceStore;
  readonly preferences: LaptopPreferences;
  readonly laptop: () => string;
  /** As it is enrolled in the festival on screen; null where it is not. */
  readonly laptopId: () => string | null;
  readonly version: string;
  /** IANA zone of this laptop, for a festival that has none. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly publish: (event: RegieEvent) => void;
  /** Another person is signed in, or nobody any more. */
  readonly onOperator: () => void;
  /** A session is over: its key is worth nothing any more. */
  readonly onSessionEnd: (key: SessionKey) => void;
};

export const createSessionStore = (options: SessionStoreOptions): SessionStore => {
  const { store, publish, clock, preferences } = options;
  let signedIn: SignedIn | null = null;
  let locked: Session['locked'] = null;
  let [pinChanges, festivalId] = [false, ''];
  const recent = createRecentOperators(store);
  const idle = createIdleWatch(clock);
  const mute = createMute(clock, () => changed());
  let festival: ShownFestival = { training: true, address: '', settings: INITIAL_SETTINGS };

  const sessionKey = (): SessionKey | null => unlessExpired(signedIn?.sessionKey ?? null, clock);
  const get = (): Session => ({
    operator: signedIn?.name ?? null,
    role: signedIn?.role ?? null,
    steppedUp: sessionKey() !== null,
    ...{ locked, mutedUntil: mute.until() },
    recentOperatorIds: [...recent.of(festivalId)],
    laptop: options.laptop(),
    preferences: preferences.get(),
    festival: { ...festival, name: festival.settings.name || festival.address },
    timeZone: festival.settings.timeZone ?? options.timeZone,
    version: options.version,
  });
  const changed = (): Session => {
    const session = get();
    publish({ event: 'session', session });
    return session;
  };
  /** Another one is signed in from now on, or nobody. */
  const replace = (next: SignedIn | null): void => {
    const ended = signedIn?.sessionKey ?? null;
    signedIn = next;
    if (ended !== null) options.onSessionEnd(ended);
  };
  const end = (why: NonNullable<Session['locked']>['why']): Session => {
    if (signedIn === null) return get();
    locked = { why, name: signedIn.name, at: new Date(clock.now()).toISOString() };
    replace(null);
    options.onOperator();
    return changed();
  };
  /** Checked on a timer and before anything is done: a laptop that was asleep has no timer. */
  const present = (): SignedIn | null => {
    const minutes = preferences.get().autoLockMinutes;
    if (signedIn !== null && minutes !== null && idle.idleMs() >= minutes * 60_000) end('idle');
    return signedIn;
  };
  const timer = setInterval(present, CHECK_MS).unref();
  const unsubscribe = preferences.onChange(changed);

  const signatory = (): Signatory | null => {
    const who = present();
    return who && { author: authorOf(who, options), laptopKey: who.laptopKey, sessionKey: sessionKey() };
  };
  return {
    get,
    operator: () => signedIn?.name ?? null,
    signedIn: present,
    author: () => signatory()?.author ?? null,
    signatory,
    stepUp: (operatorId, key, laptopKey) => {
      if (signedIn?.operatorId !== operatorId || signedIn.sessionKey !== null) return false;
      signedIn = { ...signedIn, sessionKey: key, laptopKey: laptopKey ?? signedIn.laptopKey };
      changed();
      return true;
    },
    authorOf: (who) => authorOf(who, options),
    signIn: (who) => {
      replace(who);
      locked = null;
      idle.touch();
      recent.add(festivalId, who.operatorId);
      options.onOperator();
      return changed();
    },
    lock: () => end('byHand'),
    endLaptop: () => end('laptopEnded'),
    active: () => {
      if (present() !== null) idle.touch();
    },
    whilePinChanges: (work) => {
      pinChanges = true;
      return work().finally(() => {
        pinChanges = false;
      });
    },
    follow: (operators) => {
      if (signedIn === null) return;
      const { operatorId, role, pinAt } = signedIn;
      const now = operators.find((operator) => operator.operatorId === operatorId);
      if (!now?.active) end('inactive');
      else if (now.pinAt !== pinAt && !pinChanges) end('newPin');
      else if (now.role !== role) {
        signedIn = { ...signedIn, role: now.role };
        changed();
      }
    },
    mute: mute.set,
    setPreferences: (some) => {
      preferences.set(some);
      return get();
    },
    setFestival: (shown, id) => {
      [festival, festivalId] = [shown, id];
      replace(null);
      locked = null;
      changed();
    },
    setFestivalSettings: (settings) => {
      const same = JSON.stringify(settings) === JSON.stringify(festival.settings);
      festival = { ...festival, settings };
      if (!same) changed();
    },
    close: () => {
      replace(null);
      clearInterval(timer);
      unsubscribe();
    },
  };
};

/**
 * A mute that returns by itself, whatever somebody does to the laptop's clock.
 * @param changed it has begun or ended
 */
const createMute = (clock: Clock, changed: () => Session) => {
  let muted: { readonly until: string; readonly endsAt: number } | null = null;
  let timer: NodeJS.Timeout | undefined;
  const set = (minutes: number | null): Session => {
    const ms = (minutes ?? 0) * 60_000;
    clearTimeout(timer);
    muted = null;
    if (minutes !== null) {
      muted = { until: new Date(clock.now() + ms).toISOString(), endsAt: clock.monotonic() + ms };
      timer = setTimeout(() => set(null), ms).unref();
    }
    return changed();
  };
  // A laptop that was asleep has no timer.
  return { set, until: () => (muted !== null && clock.monotonic() < muted.endsAt ? muted.until : null) };
};

const unlessExpired = (key: SessionKey | null, clock: Clock): SessionKey | null =>
  key !== null && Date.parse(key.expiresAt) > clock.now() ? key : null;

const authorOf: (who: Pick<SignedIn, 'operatorId' | 'name'>, options: SessionStoreOptions) => Author = (
  { operatorId, name: operator },
  { laptop, laptopId, clock },
) => ({
  operator,
  operatorId,
  laptop: laptop(),
  laptopId: laptopId(),
  laptopAt: new Date(clock.now()).toISOString(),
});

/** Who was here lately, by festival. */
const createRecentOperators = (store: PreferenceStore) => {
  const all = (): z.infer<typeof recentSchema> => store.read('recent-operators', recentSchema) ?? {};
  const of = (festivalId: string): readonly string[] => all()[festivalId] ?? [];
  return {
    of,
    add: (festivalId: string, operatorId: string): void => {
      const others = of(festivalId).filter((one) => one !== operatorId);
      store.write('recent-operators', { ...all(), [festivalId]: [operatorId, ...others].slice(0, RECENT) });
    },
  };
};

const merge = (base: Preferences, changed: PreferenceChanges): Preferences => ({
  language: changed.language ?? base.language,
  theme: changed.theme ?? base.theme,
  volume: changed.volume ?? base.volume,
  boardViews: changed.boardViews ?? base.boardViews,
  // Null says something here: never.
  autoLockMinutes: changed.autoLockMinutes === undefined ? base.autoLockMinutes : changed.autoLockMinutes,
});
