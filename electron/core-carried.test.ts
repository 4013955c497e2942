import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../shared/contract/calls.ts';
import type { CarriedFile } from '../shared/contract/carried.ts';
import { GUIDE_ESCALATION } from '../shared/domain/escalation.ts';
import { type Core, startCore } from './core.ts';
import { hashOf } from './foreign-files/carried-file.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { enrolLaptop, operatorIdOf, PIN } from './testing/operators.ts';

/* The settings of one festival in a file, and in another festival. */

const PASSPHRASE = 'a long passphrase';
const SECRETS = ['the-mail-password', 'the-signing-secret'];

let first: TestDatabase;
let second: TestDatabase;
let dataDir: string;
let core: Core;
let open: string;
let locked: string;

const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};
const refusal = async (name: CallName, input: unknown): Promise<string> => {
  const answer = await core.call(name, input);
  return answer.ok ? 'answered' : answer.error.code;
};
const signIn = () =>
  eventually(async () => {
    await ask('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN });
    expect((await ask('session.get', {})).steppedUp).toBe(true);
  });
const auditOf = async ({ admin }: TestDatabase): Promise<string[]> => {
  const { rows } = await admin.query(
    `select actor || ' ' || action as row from console.audit
     where action like '%settings%' or action like '%escalation%' or action like '%threshold%' or action like '%meaning%'
       or action like '%checklist%'
     order by seq`,
  );
  return rows.map(({ row }) => row);
};
const fileOf = (content: string): CarriedFile => JSON.parse(Buffer.from(content, 'base64').toString('utf8'));
const asContent = (file: unknown): string => Buffer.from(JSON.stringify(file)).toString('base64');

beforeAll(async () => {
  [first, second] = [await createTestDatabase(), await createTestDatabase()];
  dataDir = mkdtempSync(join(tmpdir(), 'regie-carried-'));
  for (const { admin } of [first, second]) await enrolLaptop(admin, { laptop: 'booth-1', dataDir });
  core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection: first.consoleSettings });
  await signIn();
  const operationId = () => uuid();
  await ask('festival.set', {
    ...{ operationId: operationId(), base: 0, name: 'Nuits du Lac', timeZone: 'Europe/Paris', language: 'fr' },
    ...{ approvalLimitCents: 4_000, cardDayLimitCents: 9_000, operatorDayLimitCents: 40_000 },
  });
  const settings = {
    ...GUIDE_ESCALATION,
    smtp: { host: 'localhost', port: 25, secure: false, user: 'mail', password: SECRETS[0] ?? '', from: 'a@b.example' },
    webhook: { url: 'https://hooks.example/in', secret: SECRETS[1] ?? '' },
  };
  await ask('escalation.set', { operationId: operationId(), base: 0, settings });
  const thresholds = { count: 4 };
  await ask('detectors.set', { operationId: operationId(), algorithm: 'consecutive_failures', thresholds });
  await ask('transactionMeanings.set', {
    ...{ operationId: operationId(), kind: 'type', word: 'token_sale', meaning: 'takes', base: 0 },
  });
  await ask('checklist.set', {
    ...{ operationId: operationId(), base: (await ask('checklists.get', {})).times.version },
    ...{ opens: '15:00', closes: '03:00', firstDay: '2026-07-03', lastDay: null },
  });
  // Whoever exports is answered within two seconds, or told that the network is slow: what was set is there first.
  await eventually(async () => {
    expect(await ask('outbox.get', {})).toMatchObject({ waitingCount: 0, tray: [] });
    expect((await ask('status.get', {})).link.state).toBe('online');
  });
  open = (await ask('carried.export', { passphrase: null })).content;
  locked = (await ask('carried.export', { passphrase: PASSPHRASE })).content;
});
afterAll(async () => {
  await core.close();
  await first.close();
  await second.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a file of settings', () => {
  it('has no secret without a passphrase, is locked with one, and is on the audit trail in the name of who asked', async () => {
    const file = fileOf(open);
    expect(file).toMatchObject({ format: 'regie-settings', version: 1, festival: 'Nuits du Lac', secrets: false });
    expect(file.settings.thresholds).toEqual([
      { algorithm: 'consecutive_failures', thresholds: expect.objectContaining({ count: 4 }) },
    ]);
    const text = JSON.stringify(file);
    for (const secret of [...SECRETS, 'hooks.example']) expect(text).not.toContain(secret);
    const bytes = Buffer.from(locked, 'base64').toString('latin1');
    expect(bytes.startsWith('age-encryption.org/v1\n')).toBe(true);
    expect(bytes).not.toContain('Nuits du Lac');
    const { rows } = await first.admin.query(
      `select actor, data ->> 'secrets' as secrets from console.audit where action = 'settings_exported' order by seq`,
    );
    expect(rows).toEqual([
      { actor: 'Léa', secrets: 'false' },
      { actor: 'Léa', secrets: 'true' },
    ]);
  });

  it('is refused in words where it was changed, cut, is another, is newer, or has another passphrase', async () => {
    const file = fileOf(open);
    const preview = (content: string, passphrase: string | null = null) =>
      refusal('carried.preview', { content, passphrase });
    const limits = { ...file.settings.festival, approvalLimitCents: 900_000 };
    expect(await preview(asContent({ ...file, settings: { ...file.settings, festival: limits } }))).toBe(
      'carried_changed',
    );
    expect(await preview(open.slice(0, 400))).toBe('carried_damaged');
    expect(await preview(asContent({ some: 'thing' }))).toBe('carried_other_file');
    expect(await preview(asContent({ ...file, version: 2 }))).toBe('carried_newer');
    expect(await preview(asContent({ ...file, settings: { ...file.settings, log: 1 } }))).toBe('carried_misfit');
    expect(await preview(locked)).toBe('carried_locked');
    expect(await preview(locked, 'another passphrase')).toBe('import_wrong_passphrase');
    expect(await preview(locked.slice(0, 600), PASSPHRASE)).toBe('carried_damaged');
  });
});

describe('another festival', () => {
  it('is shown what a file would change, and given what was chosen: once, by the commands, with the secrets', async () => {
    await ask('connection.use', { settings: second.consoleSettings });
    await signIn();
    const { changes, refused } = await ask('carried.preview', { content: locked, passphrase: PASSPHRASE });
    const ids = changes.map(({ id }) => id);
    expect([ids, refused]).toEqual([
      [
        'name',
        'zone',
        'limits',
        'escalation',
        'thresholds:consecutive_failures',
        'meaning:type token_sale',
        'checklists',
      ],
      [],
    ]);
    expect(JSON.stringify(changes)).not.toMatch(new RegExp(SECRETS.join('|')));
    expect(changes.find(({ id }) => id === 'limits')?.rows[0]).toEqual({
      ...{ field: 'approvalLimitCents', kind: 'money', before: 5_000, after: 4_000 },
    });
    // All but the name: the same command leaves it as it is here.
    const chosen = ids.filter((id) => id !== 'name');
    const asked = { content: locked, passphrase: PASSPHRASE, importId: uuid(), ids: chosen };
    const [once, twice] = await Promise.all([ask('carried.import', asked), ask('carried.import', asked)]);
    for (const { results } of [once, twice]) {
      expect(results.flatMap((result) => result.ids).sort()).toEqual([...chosen].sort());
      expect(results.map(({ outcome, error }) => [outcome, error])).toEqual(results.map(() => ['applied', null]));
    }
    const { rows } = await second.admin.query(`select
      (select row_to_json(f) from (select name, time_zone, approval_limit, version from console.festival_settings) f) as festival,
      (select version from console.escalation_settings) as escalation,
      (select secrets from console.channel_secrets) as secrets,
      (select settings ->> 'count' from console.detector_settings where algorithm = 'consecutive_failures') as failures`);
    expect(rows[0]).toMatchObject({
      festival: { name: '', time_zone: 'Europe/Paris', approval_limit: 40, version: 1 },
      ...{ escalation: 1, failures: '4' },
    });
    for (const secret of SECRETS) expect(JSON.stringify(rows[0]?.secrets)).toContain(secret);
    // Each by its own command, in the name of who asked, once.
    const trail = await auditOf(second);
    expect(trail.length).toBeGreaterThanOrEqual(4);
    expect([...new Set(trail)]).toEqual(trail);
    expect(trail.every((row) => row.startsWith('Léa '))).toBe(true);
    const left = await ask('carried.preview', { content: open, passphrase: null });
    expect(left.changes.map(({ id }) => id)).toEqual(['name']);
  });

  it('is said what it cannot take over, and is given the rest', async () => {
    const file = fileOf(open);
    const settings = {
      ...file.settings,
      thresholds: [
        { algorithm: 'of_another_version', thresholds: {} },
        { algorithm: 'consecutive_failures', thresholds: { count: -1 } },
      ],
    };
    const content = asContent({ ...file, settings, sha256: hashOf(settings) });
    const { refused, changes } = await ask('carried.preview', { content, passphrase: null });
    expect(refused.map(({ part, subject, error }) => [part, subject, error.code])).toEqual([
      ['thresholds', 'of_another_version', 'carried_detector_unknown'],
      ['thresholds', 'consecutive_failures', 'carried_threshold_refused'],
    ]);
    expect(changes.map(({ id }) => id)).toEqual(['name']);
  });
});
