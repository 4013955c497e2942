import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { rowId } from '../../shared/domain/row-id.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { hashOf } from '../operations/registry.ts';
import { authorOf, signed } from '../testing/operators.ts';
import { readOutboxFile, writeOutboxFile } from './export-file.ts';

const festivalId = '3f2b8f0e-0f4e-4b53-9a39-2f3f6f3f1a11';
const passphrase = 'pommes frites at four';

const stored = (text: string): StoredCommand => {
  const input = { operationId: uuid(), eventId: rowId(12), text };
  const command = signed({ name: 'alert.note', input, author: authorOf('Léa', { laptop: 'booth-2' }) });
  const { name, author, body, keyId, proof } = command;
  return {
    ...{ seq: 1, operationId: input.operationId, command: name, input, author, body, keyId, proof },
    contentHash: hashOf(command),
    keys: ['event:12'],
    snapshot: { status: 'OPEN' },
    state: 'sent',
    attempts: 2,
    stored: false,
    outcome: null,
    settledAt: null,
  };
};
const write = (commands: readonly StoredCommand[]) =>
  writeOutboxFile({ commands, festivalId, laptop: 'booth-2', writtenAt: '2026-07-03T22:00:00.000Z', passphrase });
const codeOf = async (asked: Parameters<typeof readOutboxFile>[0]) => {
  const answer = await readOutboxFile(asked);
  return answer.ok ? 'opened' : answer.error.code;
};

describe('waiting actions in a file', () => {
  it('come out as they went in', async () => {
    const commands = [stored('one'), stored('two')];
    const content = await write(commands);
    expect(content).not.toContain('booth-2');
    const opened = await readOutboxFile({ content, festivalId, passphrase });
    expect(opened).toEqual({
      ok: true,
      value: commands.map(
        ({ operationId, command, input, author, body, keyId, proof, contentHash, keys, snapshot }) => ({
          operationId,
          command,
          input,
          author,
          body,
          keyId,
          proof,
          contentHash,
          keys,
          snapshot,
        }),
      ),
    });
  });

  it('of an older Regie, without their texts, come out to be shown', async () => {
    const content = await write([{ ...stored('one'), body: '', keyId: null }]);
    const opened = await readOutboxFile({ content, festivalId, passphrase });
    expect(opened).toMatchObject({ ok: true, value: [{ command: 'alert.note', body: '' }] });
  });

  it('are refused where the text says something else', async () => {
    const one = stored('one');
    const content = await write([{ ...one, body: one.body.replace('"one"', '"two"') }]);
    expect(await codeOf({ content, festivalId, passphrase })).toBe('import_damaged');
  });

  it('are refused with the reason: passphrase, damage, another festival, not such a file', async () => {
    const content = await write([stored('one')]);
    expect(await codeOf({ content, festivalId, passphrase: 'another one' })).toBe('import_wrong_passphrase');
    expect(await codeOf({ content, festivalId: uuid(), passphrase })).toBe('import_other_festival');
    expect(await codeOf({ content: content.slice(0, -20), festivalId, passphrase })).toBe('import_damaged');
    const bytes = Buffer.from(content, 'base64');
    bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1;
    expect(await codeOf({ content: bytes.toString('base64'), festivalId, passphrase })).toBe('import_damaged');
    expect(await codeOf({ content: '', festivalId, passphrase })).toBe('import_damaged');
    expect(await codeOf({ content: Buffer.from('holiday.jpg').toString('base64'), festivalId, passphrase })).toBe(
      'import_damaged',
    );
  });

  it('are refused where a command was changed, or is of a newer Regie', async () => {
    const one = stored('one');
    expect(
      await codeOf({
        content: await write([{ ...one, input: { ...one.input, text: 'other' } }]),
        festivalId,
        passphrase,
      }),
    ).toBe('import_damaged');
    expect(await codeOf({ content: await write([{ ...one, command: 'card.melt' }]), festivalId, passphrase })).toBe(
      'import_newer',
    );
  });
});
