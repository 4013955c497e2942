import { randomInt } from 'node:crypto';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Answer, answered } from '../../shared/contract/errors.ts';
import { type KeptCertificate, type SetupDraft, setupDraftSchema } from '../../shared/contract/setup.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import { createMutex } from '../lib/mutex.ts';
import { examine } from '../postgres/doctor.ts';
import { type Examined, examineToPrepare, prepare } from '../postgres/prepare.ts';
import { keepCertificate } from './certificates.ts';

/** Connecting a festival from the screen alone (docs/operations.md, "A first festival, on the screen"). */
export type FestivalSetup = {
  view(): { draft: SetupDraft | null; loginName: string; keychain: boolean };
  /** @param settings an administrator's: used once, and kept nowhere */
  examine(settings: ConnectionSettings): Promise<Examined>;
  prepare(
    settings: ConnectionSettings,
    login: string,
  ): Promise<Answer<{ findings: Examined['findings'][number][]; used: boolean; password: string | null }>>;
  keepCertificate(content: Buffer): Answer<KeptCertificate>;
  /** Another festival is in use: nothing is left to go on with. */
  done(): void;
};

const DRAFT = 'setup';

export const createFestivalSetup = (options: {
  dataDir: string;
  preferences: PreferenceStore;
  clock: Clock;
  laptop: () => string;
  /** Uses a festival from now on, and at the next start. @returns whether its password will be there then */
  use: (settings: ConnectionSettings) => Promise<Answer<{ kept: boolean }>>;
  hasKeychain: boolean;
}): FestivalSetup => {
  const { preferences, clock } = options;
  const mutex = createMutex();
  const draft = (): SetupDraft | null => preferences.read(DRAFT, setupDraftSchema.nullable()) ?? null;
  const applicationName = (): string => `regie/${options.laptop()}`;

  /** Without the administrator's login. */
  const remember = ({ user: _, password: __, ...place }: ConnectionSettings, login: string | null): void =>
    preferences.write(DRAFT, { ...place, login } satisfies SetupDraft);
  const forget = (): void => preferences.write(DRAFT, null);

  const prepareAndUse: FestivalSetup['prepare'] = async (settings, login) => {
    const examined = await examineToPrepare(settings, { clock, applicationName: applicationName() });
    if (examined.plan === null) return answered({ findings: [...examined.findings], used: false, password: null });
    const before = draft();
    const again = before !== null && before.login === login && isSamePlace(before, settings);
    const password = newPassword();
    const made = await prepare(settings, {
      login: { name: login, password, again, onMake: () => remember(settings, login) },
      applicationName: applicationName(),
    });
    if (made.length > 0) return answered({ findings: made, used: false, password: null });
    const own: ConnectionSettings = { ...settings, user: login, password };
    const findings = await examine(own, { clock, applicationName: applicationName() });
    if (findings.some(({ level }) => level === 'error')) return answered({ findings, used: false, password: null });
    const used = await options.use(own);
    if (!used.ok) return used;
    forget();
    return answered({ findings, used: true, password: used.value.kept ? null : password });
  };

  return {
    view: () => ({ draft: draft(), loginName: loginNameOf(options.laptop()), keychain: options.hasKeychain }),
    examine: async (settings) => {
      const before = draft();
      remember(settings, before !== null && isSamePlace(before, settings) ? before.login : null);
      return examineToPrepare(settings, { clock, applicationName: applicationName() });
    },
    prepare: (settings, login) => mutex.run(() => prepareAndUse(settings, login)),
    keepCertificate: (content) => keepCertificate(options.dataDir, content, clock.now()),
    done: forget,
  };
};

type Place = Pick<ConnectionSettings, 'host' | 'port' | 'database'>;
const isSamePlace = (a: Place, b: Place): boolean =>
  a.host === b.host && a.port === b.port && a.database === b.database;

/** `regie_booth_4` for the laptop booth-4. */
const loginNameOf = (laptop: string): string =>
  `regie_${laptop
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')}`.slice(0, 63);

/** Letters and digits that are not taken for each other where somebody copies them from a screen. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const newPassword = (): string =>
  Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join(
    '-',
  );
