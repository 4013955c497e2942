import { readFileSync, writeFileSync } from 'node:fs';
import {
  NO_UPDATES,
  type UpdateChoice,
  type UpdateState,
  type Updates,
  updateChoiceSchema,
} from '../../shared/domain/update.ts';
import type { DesktopPort } from '../api/parts.ts';
import {
  failureOf,
  installRefusal,
  installsAtQuit,
  mayDownload,
  needsClick,
  nextStep,
  type OpeningHours,
  type Work,
} from '../manners/updates.ts';
import type { UpdateSource } from './update-source.ts';

const LOOK_AROUND_MS = 60_000;

/** What the console knows, asked for when something is decided. */
export type UpdateFacts = {
  hours(): Promise<OpeningHours>;
  work(): Promise<Work>;
  /** Asks as closing does. @returns whether this console may end */
  mayEnd(): Promise<boolean>;
};

export type DesktopUpdates = DesktopPort['updates'] & {
  /** From now on it looks around each minute. @param end the program, which then asks `atQuit` */
  start(facts: UpdateFacts, end: () => void): void;
  /**
   * What is left to do when everything of the console is closed; asked for before that. @param byPerson nobody hurries the
   * program, as a system does that shuts down
   */
  atQuit(byPerson: boolean): Promise<(() => Promise<void>) | undefined>;
};

/** Updates of this program. Without facts of a console nothing is done by itself. */
export const createUpdates = (options: {
  /** Undefined: this program has no key, and takes no updates. */
  readonly source: UpdateSource | undefined;
  /** The address that was packed. */
  readonly builtIn: string | null;
  /** Where this laptop keeps the address and whether updates are on. */
  readonly file: string;
  /** Whether whoever starts it again starts it as it is now. */
  readonly restarts: boolean;
}): DesktopUpdates => {
  const { source, builtIn, file, restarts } = options;
  const listeners = new Set<() => void>();
  let choice = readChoice(file);
  let state: UpdateState = { state: 'unknown' };
  let lookedAt: number | null = null;
  let facts: UpdateFacts | undefined;
  let end = (): void => undefined;
  let ending = false;

  const isOn = (): boolean => choice.on && source !== undefined && (choice.address !== '' || builtIn !== null);
  const become = (next: UpdateState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const at = (): string => new Date().toISOString();
  const fail = (error: unknown): void => {
    const words = wordsOf(error);
    console.error('updates', words);
    become({ state: 'failed', reason: words === 'unsupported' ? words : failureOf(words), at: at(), words });
  };
  /** Not known where the console cannot say: then only a person decides. */
  const hours = async (): Promise<OpeningHours> => (await facts?.hours().catch(() => undefined)) ?? { known: false };

  const look = async (): Promise<void> => {
    const address = choice.address === '' ? builtIn : choice.address;
    if (!isOn() || address === null || ['looking', 'downloading', 'ready'].includes(state.state)) return;
    lookedAt = Date.now();
    become({ state: 'looking' });
    const asked = choice;
    try {
      const version = (await source?.look(address)) ?? null;
      // Meanwhile somebody has named another address, or none.
      if (asked !== choice) anew();
      else become(version === null ? { state: 'current', at: at() } : { state: 'found', version, at: at() });
    } catch (error) {
      if (asked === choice) fail(error);
      else anew();
    }
  };
  const download = async (): Promise<void> => {
    const known = await hours();
    if (state.state !== 'found' || source === undefined || !isOn() || !mayDownload(state, known)) return;
    const found = state;
    const asked = choice;
    const { version } = found;
    become({ state: 'downloading', version, percent: 0 });
    try {
      const whole = await source.download((percent) => {
        if (state.state === 'downloading' && state.percent !== percent)
          become({ state: 'downloading', version, percent });
      });
      if (asked !== choice) anew();
      else become(whole ? { state: 'ready', version } : found);
    } catch (error) {
      fail(error);
    }
  };
  const lookAround = async (): Promise<void> => {
    // What stands against a step changes with the hour, and with what others do.
    if (state.state === 'found' || state.state === 'ready') become(state);
    switch (nextStep(state, { on: isOn(), hours: await hours(), lookedAt, now: Date.now() })) {
      case 'look':
        return look();
      case 'download':
        return download();
      case 'stop':
        return source?.stop();
      case 'nothing':
        return undefined;
    }
  };
  const around = (): void => void lookAround().catch(fail);
  const anew = (): void => {
    become({ state: 'unknown' });
    around();
  };

  return {
    view: async () => {
      const refusal = state.state === 'ready' && facts !== undefined ? installRefusal(await facts.work()) : null;
      const shown = { verifiable: source !== undefined, builtIn, choice, state, refusal, restarts };
      return { ...shown, ...whenShown(await hours(), source?.quiet ?? false) };
    },
    choose: (next) => {
      choice = next;
      writeFileSync(file, JSON.stringify(next), { mode: 0o600 });
      lookedAt = null;
      // What was found or fetched is of the address before; what is on its way sees that when it comes.
      if (state.state === 'downloading') source?.stop();
      else if (state.state !== 'looking') become({ state: 'unknown' });
      around();
    },
    look,
    download,
    install: async () => {
      // What cannot be asked stands against it, and the screen shows that state as it was.
      if (facts === undefined || ending || state.state !== 'ready') return;
      if (installRefusal(await facts.work()) !== null || !(await facts.mayEnd())) return;
      ending = true;
      end();
    },
    onChange: (listener) => void listeners.add(listener),
    start: (known, ends) => {
      facts = known;
      end = ends;
      setInterval(around, LOOK_AROUND_MS).unref();
      around();
    },
    atQuit: async (byPerson) => {
      if (source === undefined) return undefined;
      if (ending) return () => source.install({ restart: restarts });
      if (!byPerson || facts === undefined || state.state !== 'ready') return undefined;
      const due = installsAtQuit(isOn(), state, await facts.work(), source.quiet);
      return due ? () => source.install({ restart: false }) : undefined;
    },
  };
};

const whenShown = (
  hours: OpeningHours,
  quiet: boolean,
): Pick<Updates, 'hoursKnown' | 'openUntil' | 'opensAt' | 'click'> => ({
  hoursKnown: hours.known,
  openUntil: hours.known ? hours.openUntil : null,
  opensAt: hours.known ? hours.opensAt : null,
  click: needsClick(hours, quiet),
});

const readChoice = (file: string): UpdateChoice => {
  try {
    return updateChoiceSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // No file yet, or one that says nothing: nobody is asked for updates.
    return NO_UPDATES;
  }
};

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? `${String(error.code)} ` : '';
  return `${code}${error.message}`.slice(0, 300);
};
