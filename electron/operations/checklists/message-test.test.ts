import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { builtinChecklist } from '../../../shared/checklists/index.ts';
import { checklistSchema } from '../../../shared/domain/checklist.ts';
import { openItems, progressOf } from '../../../shared/domain/checklist-run.ts';
import type { Channel } from '../../../shared/domain/escalation.ts';
import { connectAs } from '../../testing/connect.ts';
import { escalationWorld, secretsOn } from '../../testing/escalation.ts';
import { readMail } from '../../testing/receivers.ts';
import { submitTo } from '../../testing/submit.ts';
import { readChecklists } from './checklist-follower.ts';
import { sendTest } from './message-test.ts';

const world = escalationWorld();
const submit = submitTo(() => world.database.festival);
const run = { listId: 'ours', windowKey: '2026-W27' };
const at = { ...run, itemId: 'notification-test' };
const codeOf = (answer: unknown) => (answer as { error?: { code?: string } }).error?.code ?? 'applied';

/** A run that asks for messages over every channel, and their receivers. */
const begin = async (): Promise<void> => {
  await world.save({ webhook: { url: `${world.receivers.http}/hook`, secret: 'hush' } });
  const list = checklistSchema.parse({
    ...{ id: 'ours', version: 1, title: { en: 'ours', fr: 'nous' }, source: 'ours', window: 'week' },
    items: builtinChecklist('morning').items.filter(({ id }) => id === 'notification-test'),
  });
  expect(codeOf(await submit('checklist.start', { list, windowKey: run.windowKey }))).toBe('applied');
};
/** Orders and sends one, as the core does. */
const send = async (channel: Channel, contact = 'operations-manager') => {
  const testId = uuid();
  const ordered = codeOf(await submit('checklist.orderTest', { operationId: testId, ...at, channel, contact }));
  if (ordered !== 'applied') return { testId, problem: ordered };
  const read = await secretsOn(world.database.festival).read();
  if (!read.ok) throw new Error(read.error.code);
  const settings = read.value;
  const to = settings.contacts.find(({ id }) => id === contact);
  if (to === undefined) throw new Error(contact);
  const problem = await sendTest(world.database.festival, { testId, channel, contact: to, settings, operator: 'Léa' });
  return { testId, problem: problem?.code ?? null };
};
const enter = async (testId: string, code: string): Promise<string> =>
  codeOf(await submit('checklist.enterCode', { testId, code }, 'Noé'));
/** The newest text that a receiver read. */
const received = (channel: Channel): string => {
  if (channel === 'email') return readMail(world.receivers.mails.at(-1) ?? '').text;
  const body = world.receivers.requests.at(-1)?.body ?? '';
  if (channel === 'sms' || channel === 'voice') return [...new URLSearchParams(body).values()].join('\n');
  return JSON.parse(body).text;
};
/** As somebody reads it out who heard or saw the message. */
const readOut = (channel: Channel): string =>
  (/code[^:]*: ([\d, ]+)\./.exec(received(channel))?.[1] ?? '').replace(/\D/g, '');
const isDone = async (): Promise<boolean> => {
  const { runs, values } = await readChecklists(world.database.festival);
  return runs.every((one) => openItems(progressOf(one, values)).length === 0);
};
const other = (code: string): string => (code === '123456' ? '654321' : '123456');

describe('the notification test', () => {
  it('is done when the code was read out that came over each channel, and not before', async () => {
    await begin();
    for (const channel of ['email', 'slack', 'sms', 'voice', 'webhook'] as const) {
      expect(await isDone()).toBe(false);
      const { testId, problem } = await send(channel);
      expect(problem).toBeNull();
      expect(readOut(channel)).toMatch(/^[1-9]\d{5}$/);
      expect(await enter(testId, readOut(channel))).toBe('applied');
    }
    expect(await isDone()).toBe(true);
    const [signed] = (await readChecklists(world.database.festival)).runs;
    expect(codeOf(await submit('checklist.sign', { ...run, hash: signed?.hash ?? '' }))).toBe('applied');
    const [after] = (await readChecklists(world.database.festival)).runs;
    expect(after && openItems(progressOf(after, []))).toEqual([]);
    expect(after?.entries.map(({ evidence, actor }) => [evidence.channel, actor]).slice(0, 5)).toEqual(
      ['email', 'slack', 'sms', 'voice', 'webhook'].map((channel) => [channel, 'Noé']),
    );
  });

  it('refuses wrong codes, counts them, and takes the right one no longer after five', async () => {
    await begin();
    const { testId } = await send('email');
    const code = readOut('email');
    for (const wrong of [1, 2, 3, 4, 5]) {
      expect(await enter(testId, other(code))).toBe('test_code_wrong');
      expect((await readChecklists(world.database.festival)).tests[0]).toMatchObject({ testId, wrong });
    }
    expect(await enter(testId, code)).toBe('test_no_tries');
    expect((await readChecklists(world.database.festival)).runs[0]?.entries).toEqual([]);
  });

  it('takes a code once, of its own message, within a quarter of an hour', async () => {
    await begin();
    const [first, code] = [await send('email'), readOut('email')];
    const second = await send('email');
    expect(await enter(second.testId, code)).toBe('test_code_wrong');
    expect(await enter(first.testId, code)).toBe('applied');
    expect(await enter(first.testId, code)).toBe('test_confirmed');
    await world.database.admin.query(`update console.message_tests set expires_at = now() - interval '1 second'`);
    expect(await enter(second.testId, readOut('email'))).toBe('test_expired');
    expect(await enter(uuid(), code)).toBe('checklist_unknown');
  });

  it('leaves the code nowhere: not in a command, the audit trail, an entry or a test', async () => {
    await begin();
    const { testId } = await send('email');
    const code = readOut('email');
    await enter(testId, other(code));
    await enter(testId, code);
    const { rows } = await world.database.admin.query<{ relation: string; text: string }>(`
      select 'operations' as relation, coalesce(string_agg(o::text, ' '), '') as text from console.operations o
      union all select 'audit', coalesce(string_agg(a::text, ' '), '') from console.audit a
      union all select 'entries', coalesce(string_agg(e::text, ' '), '') from console.checklist_entries e
      union all select 'tests', coalesce(string_agg(t::text, ' '), '') from console.message_tests t
      union all select 'codes', coalesce(string_agg(c::text, ' '), '') from console.test_codes c`);
    expect(
      rows.filter(({ text }) => new RegExp(`(?<![0-9a-f.])(${code}|${other(code)})(?![0-9a-f])`).test(text)),
    ).toEqual([]);
    expect(rows.find(({ relation }) => relation === 'audit')?.text).toContain('test_code_wrong');
  });

  it('gives the code to one laptop, once, and lets no login read what it is compared with', async () => {
    await begin();
    const testId = uuid();
    await submit('checklist.orderTest', { operationId: testId, ...at, channel: 'email', contact: 'support' });
    const login = await connectAs(world.database.consoleSettings);
    const drawn = async () => (await login.query('select console.draw_test_code($1) as code', [testId])).rows[0].code;
    expect(await drawn()).toMatch(/^\d{6}$/);
    expect(await drawn()).toBeNull();
    await expect(login.query('select * from console.test_codes')).rejects.toThrow('permission denied');
    await expect(login.query('update console.message_tests set wrong = 0')).rejects.toThrow('permission denied');
    await login.end();
  });

  it('says what was not sent, and cannot be ticked, answered or signed past it', async () => {
    await begin();
    world.receivers.refuseMail(550);
    expect((await send('email')).problem).toBe('channel_failed');
    world.receivers.answer('cut');
    expect((await send('sms')).problem).toBe('channel_unconfirmed');
    expect((await readChecklists(world.database.festival)).tests.map(({ channel, state }) => [channel, state])).toEqual(
      [
        ['sms', 'unknown'],
        ['email', 'failed'],
      ],
    );
    expect(codeOf(await submit('checklist.tick', at))).toBe('checklist_item_unknown');
    expect(codeOf(await submit('checklist.answer', { ...at, answer: '123456' }))).toBe('checklist_item_unknown');
    const [going] = (await readChecklists(world.database.festival)).runs;
    expect(codeOf(await submit('checklist.sign', { ...run, hash: going?.hash ?? '' }))).toBe('checklist_incomplete');
  });

  it('is not sent over a channel, or to a contact, that is not set up; nor to one contact without end', async () => {
    await begin();
    expect((await send('email', 'nobody')).problem).toBe('test_not_set_up');
    await world.save({ slack: null });
    expect((await send('slack')).problem).toBe('test_not_set_up');
    for (let sent = 0; sent < 10; sent += 1) expect((await send('email')).problem).toBeNull();
    expect((await send('email')).problem).toBe('test_too_often');
  });
});
