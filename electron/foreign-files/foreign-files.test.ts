import { Decrypter, Encrypter } from 'age-encryption';
import { v7 as uuid } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { rowId } from '../../shared/domain/row-id.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { hashOf } from '../operations/registry.ts';
import type { CarriedCommand } from '../outbox/export-file.ts';
import { authorOf, signed } from '../testing/operators.ts';
import { createForeignFiles, type ForeignFiles } from './foreign-files.ts';

const asked = { festivalId: '3f2b8f0e-0f4e-4b53-9a39-2f3f6f3f1a11', passphrase: 'pommes frites at four' };
const head = { ...asked, laptop: 'booth-2', writtenAt: '2026-07-03T22:00:00.000Z' };

const stored = (seq: number): StoredCommand => {
  const input = { operationId: uuid(), eventId: rowId(12), text: `note ${seq}\nand é` };
  const command = signed({ name: 'alert.note', input, author: authorOf('Léa') });
  const { name, author, body, keyId, proof } = command;
  return {
    ...{ seq, operationId: input.operationId, command: name, input, author, body, keyId, proof },
    ...{ contentHash: hashOf(command), keys: ['event:12'], snapshot: {}, state: 'waiting', attempts: 0 },
    ...{ stored: false, outcome: null, settledAt: null },
  };
};

let files: ForeignFiles;
afterEach(() => files.close());

describe('files of others', () => {
  it('are read on another thread: a runbook, or what is wrong with it', async () => {
    files = createForeignFiles();
    expect(await files.runbook('own.yaml', '')).toMatchObject({
      problems: [{ file: 'own.yaml', reason: 'the file is empty' }],
    });
    const text = JSON.stringify({
      ...{ id: 'gate', version: 1, title: { en: 'a', fr: 'b' }, source: 's', algorithms: [] },
      steps: [
        { id: 'one', kind: 'instruction', window: [0, 5], title: { en: 'a', fr: 'b' }, text: { en: 'a', fr: 'b' } },
      ],
    });
    expect(await files.runbook('own.json', text)).toMatchObject({ ok: true, content: { id: 'gate' } });
  });

  it('of waiting actions come out in parts, in their order, as they went in', async () => {
    files = createForeignFiles();
    const commands = Array.from({ length: 50 }, (_, seq) => stored(seq));
    const content = await files.writeOutbox([commands.slice(0, 30), commands.slice(30)], head);
    if (!content.ok) throw new Error(content.error.code);
    const opened = await files.openOutbox({ content: content.value, ...asked });
    if (!opened.ok) throw new Error(opened.error.code);
    const parts: (readonly CarriedCommand[])[] = [];
    for await (const part of opened.value) parts.push(part);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flat()).toMatchObject(commands.map(({ operationId, body, input }) => ({ operationId, body, input })));
    expect(await files.openOutbox({ content: content.value, ...asked, passphrase: 'another one' })).toMatchObject({
      error: { code: 'import_wrong_passphrase' },
    });
  });

  it('that are locked with a passphrase give their key to it alone', async () => {
    files = createForeignFiles();
    const encrypter = new Encrypter();
    encrypter.setPassphrase(asked.passphrase);
    encrypter.setScryptWorkFactor(10);
    const locked = await encrypter.encrypt('forty rows');
    const header = locked.subarray(0, Buffer.from(locked).indexOf('\n', Buffer.from(locked).indexOf('\n--- ') + 1) + 1);
    const key = await files.ageKey({ header, passphrase: asked.passphrase });
    const decrypter = new Decrypter();
    decrypter.addIdentity({ unwrapFileKey: () => key });
    expect(await decrypter.decrypt(locked, 'text')).toBe('forty rows');
    expect(await files.ageKey({ header, passphrase: 'another one' })).toBeNull();
    await expect(files.ageKey({ header: header.subarray(0, 60), passphrase: asked.passphrase })).rejects.toThrow();
  });

  it('that take too long are refused in a sentence', async () => {
    files = createForeignFiles({ deadlineMs: 1 });
    const content = await files.writeOutbox([[stored(1)]], head);
    expect(content).toMatchObject({ error: { code: 'export_too_slow' } });
    expect(await files.runbook('own.yaml', '['.repeat(60_000))).toMatchObject({
      problems: [{ file: 'own.yaml', line: null, problem: { problem: 'file_too_slow' } }],
    });
  });
});
