import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calls, commandNames } from '../shared/contract/calls.ts';

const ROOT = join(import.meta.dirname, '..');

/** Each part of the settings that another festival is given is changed by its own command. */
const CARRIED = 'electron/site/carried-settings.ts';

/** Where the product treats one command in its own way, and why. Nothing else names a command outside its two pieces. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['festival.set', 'escalation.set', 'transactionMeanings.set', 'log.set', 'checklist.set'].map((name) => [
      name,
      [CARRIED],
    ]),
  ),
  // The core itself submits it.
  'carried.note': ['electron/api/carried.ts'],
  // The button of a native notification; what was acknowledged while the database was away.
  'alert.acknowledge': ['electron/desktop/notifications.ts', 'electron/site/local-acknowledgement.ts'],
  // Completed with the runbook's contents as this laptop has them.
  'runbook.start': ['electron/api/runbooks.ts'],
  // Completed with what only this laptop knows: its clock, its own number of the entry, the cards that it has copied.
  ...Object.fromEntries(
    ['write', 'correct', 'strike', 'finish', 'attach'].map((act) => [`log.${act}`, ['electron/api/log.ts']]),
  ),
  // Refused on the spot: thresholds outside their bounds, a silence of money, figures that nobody can see.
  'detectors.set': ['electron/api/detectors.ts', CARRIED],
  'silence.start': ['electron/api/team.ts'],
  'correction.approve': [
    'electron/api/corrections.ts',
    'electron/operations/corrections/reconcile-rows.ts',
    'electron/session/auth.ts',
  ],
  // What may have moved money: each correction is held to its command afterwards.
  'correction.apply': [
    'electron/operations/corrections/invariants.ts',
    'electron/operations/corrections/reconcile-rows.ts',
  ],
  // The one that orders messages: the sender asks the database whether it was given.
  'runbook.completeStep': ['electron/operations/escalation/claims.ts'],
  // The core itself submits them.
  'receipt.order': ['electron/api/corrections.ts'],
  'receipt.sent': ['electron/api/corrections.ts'],
  // One for each that is discarded together.
  'outbox.drop': ['electron/api/outbox.ts'],
  'escalation.orderTest': ['electron/api/escalation.ts'],
  'checklist.orderTest': ['electron/api/checklists.ts'],
  'checklist.enterCode': ['electron/api/checklists.ts'],
  'database.startMaintenance': ['electron/api/database.ts'],
  'session.refused': ['electron/session/auth.ts'],
};

const isProduct = (file: string): boolean =>
  /\.ts$/.test(file) && !/\.test\.ts$/.test(file) && !/^(electron\/testing|shared\/i18n)\//.test(file);
const sources = ['electron', 'shared'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter(isProduct)
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') })),
);

describe('a command', () => {
  it.each(commandNames)('%s stands in its declaration, in its handler, and nowhere else', (name) => {
    const files = sources.filter(({ text }) => text.includes(`'${name}'`)).map(({ file }) => file);
    const special = SPECIAL[name] ?? [];
    expect(files).toEqual(expect.arrayContaining([...special]));
    const pieces = files.filter((file) => !special.includes(file));
    expect(pieces).toEqual([
      expect.stringMatching(/^electron\/operations\/[a-z]+\/[a-z-]+\.ts$/),
      expect.stringMatching(/^shared\/contract\/[a-z]+\.ts$/),
    ]);
  });
});

describe('a call', () => {
  it('is declared by one part of the contract', () => {
    const declared = sources
      .filter(({ file }) => file.startsWith('shared/contract/'))
      .flatMap(({ text }) => [
        ...text.matchAll(/^ {2}'([a-zA-Z]+\.[a-zA-Z]+)': (?:query|command|live|signed|local)\(/gm),
      ])
      .map(([, name]) => name);
    expect(declared.sort()).toEqual(Object.keys(calls).sort());
  });
});
