import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBody } from '../../shared/domain/command-body.ts';
import { GUIDE_ESCALATION } from '../../shared/domain/escalation.ts';
import { outboxView } from '../outbox/outbox-view.ts';
import { createBackups } from './backup.ts';
import { type Buffer, openBuffer } from './buffer.ts';
import { createOutbox, type NewCommand, type Outbox } from './outbox.ts';

/* Somebody with a copy of a laptop's files looks for the passwords of the channels. */
let folder: string;
let file: string;
let buffer: Buffer;
let outbox: Outbox;
const open = () => {
  buffer = openBuffer(file, 'outbox');
  outbox = createOutbox(buffer);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-secrets-'));
  file = join(folder, 'festival.outbox.sqlite');
  open();
});
afterEach(() => {
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
});

const SECRETS = ['smtp-hunter2', 'T000/B000/slackpath', 'twilio-hunter2', 'webhookpath', 'webhook-hunter2'];
const ID = '0190a5d0-0000-7000-8000-000000000001';
const author = {
  ...{ operator: 'Léa', operatorId: ID, laptop: 'booth-1', laptopId: null },
  laptopAt: '2026-07-03T21:00:00.000Z',
};
const unsigned = {
  operationId: ID,
  command: 'escalation.set',
  input: {
    operationId: ID,
    base: 0,
    settings: JSON.parse(
      JSON.stringify({
        ...GUIDE_ESCALATION,
        smtp: { host: 'mail', port: 587, secure: false, user: 'u', password: SECRETS[0], from: 'r@festival.example' },
        slack: { url: `https://hooks.slack.com/${SECRETS[1]}` },
        twilio: { url: 'https://api.twilio.com', account: 'AC', token: SECRETS[2], from: '+33100000000' },
        webhook: { url: `https://hook.example/${SECRETS[3]}`, secret: SECRETS[4] },
      }),
    ),
  },
};
const command: NewCommand = {
  ...unsigned,
  author,
  body: writeBody({ name: unsigned.command, input: unsigned.input, author }),
  keyId: null,
  proof: 'f'.repeat(64),
  contentHash: '0'.repeat(64),
  keys: ['escalation'],
  snapshot: { version: 0 },
};
const filesIn = (under: string): string[] =>
  readdirSync(under).flatMap((name) => {
    const path = join(under, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
const found = (files: readonly string[]): string[] =>
  files.flatMap((path) => {
    const bytes = readFileSync(path).toString('latin1');
    return SECRETS.filter((secret) => bytes.includes(secret)).map((secret) => `${path}: ${secret}`);
  });
const at = '2026-07-03T21:00:01.000Z';

describe('the secrets of a command', () => {
  it('are in none of the files once it is settled, nor in its log while the console runs', () => {
    outbox.add(command);
    expect(found(filesIn(folder))).not.toEqual([]);
    outbox.settle(ID, { outcome: 'applied', result: {} }, at, true);
    expect(found(filesIn(folder))).toEqual([]);
    expect(outbox.find(ID)).toMatchObject({ state: 'applied', contentHash: '0'.repeat(64) });
  });

  it('are gone with a conflict that the database keeps, and with a rejection that somebody has closed', () => {
    outbox.add(command);
    outbox.settle(ID, { outcome: 'conflict', error: { code: 'escalation_changed', params: {} } }, at, true);
    expect(found(filesIn(folder))).toEqual([]);
    const other = '0190a5d0-0000-7000-8000-000000000002';
    outbox.add({ ...command, operationId: other });
    outbox.settle(other, { outcome: 'rejected', error: { code: 'internal', params: {} } }, at, false);
    // It may still be sent again as it is.
    expect(found(filesIn(folder))).not.toEqual([]);
    outbox.close(other, { as: 'dropped', by: 'Léa' });
    expect(found(filesIn(folder))).toEqual([]);
  });

  it('that an earlier version left are removed when the file is opened', () => {
    outbox.add(command);
    buffer.prepare("update outbox set state = 'applied', settled_at = ?").run(at);
    buffer.close();
    expect(found(filesIn(folder))).not.toEqual([]);
    open();
    expect(found(filesIn(folder))).toEqual([]);
  });

  it('are in no backup, also while it waits', async () => {
    outbox.add(command);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const backups = createBackups({ buffer, file, now: Date.now, log });
    await backups.runNow();
    await backups.close();
    const copies = filesIn(join(folder, 'backups'));
    expect(copies).toHaveLength(1);
    expect(found(copies)).toEqual([]);
  });

  it('are not in what the screen shows of the outbox, waiting or in conflict', () => {
    outbox.add(command);
    const hidden = (): void => {
      for (const secret of SECRETS) expect(JSON.stringify(outboxView(outbox))).not.toContain(secret);
    };
    hidden();
    outbox.settle(ID, { outcome: 'rejected', error: { code: 'internal', params: {} } }, at, false);
    expect(outboxView(outbox).tray).toHaveLength(1);
    hidden();
  });
});
