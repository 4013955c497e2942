import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandName } from '../../shared/contract/calls.ts';
import { cents } from '../../shared/domain/money.ts';
import { type RowId, rowId } from '../../shared/domain/row-id.ts';
import { type Buffer, openBuffer } from '../buffer/buffer.ts';
import { createOutbox, type Outbox } from '../buffer/outbox.ts';
import { applyCommand } from '../operations/registry.ts';
import { type FestivalDatabase, openFestivalDatabase } from '../postgres/pool.ts';
import { insertEvent } from '../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { festivalOf } from '../testing/festival.ts';
import { authorOf, signed } from '../testing/operators.ts';
import { quietSender } from '../testing/sender.ts';
import { type SubmittedInput, signedAs } from '../testing/submit.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { outboxView } from './outbox-view.ts';
import type { Sender } from './sender.ts';

let database: TestDatabase;
let proxy: TcpProxy;
let through: FestivalDatabase;
let folder: string;
let buffer: Buffer;
let outbox: Outbox;
let sender: Sender;
let reachable: boolean;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await createTcpProxy(database.adminSettings);
  folder = mkdtempSync(join(tmpdir(), 'regie-sender-'));
});
afterAll(async () => {
  await proxy.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  through = openFestivalDatabase({
    settings: proxy.through(database.consoleSettings),
    applicationName: 'regie/sender',
    size: 4,
    statementTimeoutMs: 4_000,
    answerGraceMs: 200,
  });
  buffer = openBuffer(join(folder, `${process.hrtime.bigint()}.sqlite`), 'outbox');
  outbox = createOutbox(buffer);
  reachable = true;
  sender = start();
});
afterEach(async () => {
  proxy.forward();
  await sender.close();
  await through.close();
  buffer.close();
});

const start = (): Sender =>
  quietSender({
    outbox,
    database: through,
    reachable: () => reachable,
    random: () => 0.5,
  });

const submit = <Name extends CommandName>(name: Name, input: SubmittedInput<Name>, operator = 'Léa') =>
  sender.submit(signedAs(operator, name, input));
const note = (eventId: RowId, text: string, operationId = uuid()) =>
  submit('alert.note', { operationId, eventId, text });

const all = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows;
const notesOf = async (eventId: RowId) =>
  (
    await all(
      `select data ->> 'text' as text from console.timeline where event_id = $1 and kind = 'note' order by entry_id`,
      [eventId],
    )
  ).map(({ text }) => text);
const settled = () => expect.poll(() => outbox.counts().waiting).toBe(0);

const applied = { ok: true, value: { outcome: 'applied', result: {} } };
const waiting = { ok: true, value: { outcome: 'waiting' } };

/** A card of 10.00 whose history says 15.00, with an alert that says so. */
const wrongCard = async () => {
  const cardId = `CARD-${uuid()}`;
  await festivalOf(database).wrongCard(cardId, { actual: 10, expected: 15 });
  return { cardId, eventId: await insertEvent(database, { cardId }) };
};
const correct = (
  { cardId, eventId }: { cardId: string; eventId: RowId },
  more: { operationId?: string; supersedes?: string; seen?: number } = {},
) =>
  submit('correction.apply', {
    operationId: more.operationId ?? uuid(),
    ...(more.supersedes === undefined ? {} : { supersedes: more.supersedes }),
    eventId,
    cardId,
    kind: 'restore_card',
    cardDeltaCents: cents(1_500 - (more.seen ?? 1_000)),
    ledgerDeltaCents: cents(0),
    seenActualCents: cents(more.seen ?? 1_000),
    seenExpectedCents: cents(1_500),
    originalTransaction: null,
    reason: 'taken by a failed order',
    approver: null,
  });

describe('an action', () => {
  it('is applied and told so while the festival answers', async () => {
    const eventId = await insertEvent(database);
    const operationId = uuid();
    expect(await note(eventId, 'seen', operationId)).toEqual(applied);
    expect(outbox.find(operationId)).toMatchObject({ state: 'applied', stored: true });
    expect(await notesOf(eventId)).toEqual(['seen']);
  });

  it('waits on disk while the link is down, over a restart, and is applied once when it is back', async () => {
    const eventId = await insertEvent(database);
    reachable = false;
    expect(await note(eventId, 'one')).toEqual(waiting);
    expect(await note(eventId, 'two')).toEqual(waiting);
    expect(outbox.counts()).toEqual({ waiting: 2, undecided: 0 });
    await sender.close();
    sender = start();
    expect(await notesOf(eventId)).toEqual([]);
    reachable = true;
    sender.wake();
    await settled();
    expect(await notesOf(eventId)).toEqual(['one', 'two']);
  });

  it('whose answer is lost stays unknown until its id is found, and blocks other corrections of that card', async () => {
    const card = await wrongCard();
    const other = await wrongCard();
    const operationId = uuid();
    // The statements arrive, what the server says does not.
    await note(card.eventId, 'a connection is open');
    proxy.muteServer();
    expect(await correct(card, { operationId })).toEqual(waiting);
    expect(outbox.find(operationId)?.state).toBe('sent');
    expect(await correct(card)).toMatchObject({ ok: false, error: { code: 'correction_unknown' } });
    reachable = false;
    expect(await correct(other)).toEqual(waiting);
    expect(await correct(other)).toMatchObject({ ok: false, error: { code: 'correction_waiting' } });
    proxy.cut();
    proxy.forward();
    reachable = true;
    sender.wake();
    await settled();
    for (const { cardId } of [card, other]) {
      expect(await all(`select amount from table_cards where id = $1`, [cardId])).toEqual([{ amount: '15.00' }]);
      expect(
        await all(
          `select count(*) from app_transaction_log where card_id = $1 and transaction_type = 'manual_correction'`,
          [cardId],
        ),
      ).toEqual([{ count: '1' }]);
    }
  });

  it('keeps its order on an event, and one that is held up does not hold up others', async () => {
    const [held, free] = [await insertEvent(database), await insertEvent(database)];
    await all('begin');
    await all('select from monitoring_events where event_id = $1 for update', [held]);
    const first = submit('alert.resolve', { eventId: held, note: 'first' });
    const second = note(held, 'second');
    expect(await note(free, 'at once')).toEqual(applied);
    expect([await first, await second]).toEqual([waiting, waiting]);
    await all('rollback');
    await settled();
    expect(await all(`select kind from console.timeline where event_id = $1 order by entry_id`, [held])).toEqual([
      { kind: 'resolved' },
      { kind: 'note' },
    ]);
  });

  it('on a card that a bar holds locked is tried again by itself', async () => {
    const card = await wrongCard();
    await all('begin');
    await all('select from table_cards where id = $1 for update', [card.cardId]);
    expect(await correct(card)).toEqual(waiting);
    await expect.poll(() => outbox.unsettled()[0]?.attempts).toBe(1);
    await all('rollback');
    await settled();
    expect(await all(`select amount from table_cards where id = $1`, [card.cardId])).toEqual([{ amount: '15.00' }]);
  });

  it('sent twice under one id is one action, and with other contents it is refused', async () => {
    const eventId = await insertEvent(database);
    const operationId = uuid();
    const both = await Promise.all([note(eventId, 'once', operationId), note(eventId, 'once', operationId)]);
    expect(both).toEqual([applied, applied]);
    expect(await note(eventId, 'once', operationId)).toEqual(applied);
    expect(await note(eventId, 'other', operationId)).toMatchObject({
      value: { outcome: 'rejected', error: { code: 'operation_reused' } },
    });
    expect(await notesOf(eventId)).toEqual(['once']);
  });

  it('that always fails is put aside for a person, holds up nobody, and can be given again', async () => {
    const eventId = await insertEvent(database);
    await all(`create function poison() returns trigger language plpgsql as $$ begin
      if new.data ->> 'text' = 'poison' then raise 'poisoned'; end if; return new; end $$`);
    await all('create trigger poison before insert on console.timeline for each row execute function poison()');
    const operationId = uuid();
    reachable = false;
    await note(eventId, 'poison', operationId);
    await note(eventId, 'behind it');
    reachable = true;
    sender.wake();
    await settled();
    expect(outbox.conflicts()).toMatchObject([{ operationId, state: 'rejected', attempts: 5, stored: false }]);
    expect(await notesOf(eventId)).toEqual(['behind it']);
    await all('drop trigger poison on console.timeline');
    expect(
      await sender.resubmit(operationId, {
        operationId: uuid(),
        author: authorOf('Nils'),
        sign: signed,
        prove: () => undefined,
      }),
    ).toMatchObject({
      ok: true,
    });
    await settled();
    expect(outbox.conflicts()).toEqual([]);
    expect(await notesOf(eventId)).toEqual(['behind it', 'poison']);
  });
});

describe('the tray', () => {
  it('keeps a conflict until somebody drops it with a reason, which is on the audit trail', async () => {
    const eventId = await insertEvent(database);
    reachable = false;
    const operationId = uuid();
    await submit('alert.resolve', { operationId, eventId, note: 'mine' });
    await all(`update monitoring_events set status = 'RESOLVED', resolution_notes = 'theirs' where event_id = $1`, [
      eventId,
    ]);
    reachable = true;
    sender.wake();
    await settled();
    expect(outbox.conflicts()).toMatchObject([
      { operationId, state: 'conflict', outcome: { error: { code: 'event_closed', params: { notes: 'theirs' } } } },
    ]);
    const drop = () => submit('outbox.drop', { dropped: operationId, reason: 'theirs is right' });
    expect(await drop()).toEqual(applied);
    expect(outbox.conflicts()).toEqual([]);
    expect(
      await all(`select actor, data ->> 'reason' as reason from console.audit where subject = $1`, [
        `operation:${operationId}`,
      ]),
    ).toEqual([{ actor: 'Léa', reason: 'theirs is right' }]);
    expect(await drop()).toMatchObject({ ok: false, error: { code: 'not_in_conflicts' } });
  });

  it('lets a correction be redone on today’s figures, which takes its place', async () => {
    const card = await wrongCard();
    reachable = false;
    const operationId = uuid();
    await correct(card, { operationId });
    await all(`update table_cards set amount = 8 where id = $1`, [card.cardId]);
    reachable = true;
    sender.wake();
    await settled();
    expect(outbox.conflicts()).toMatchObject([
      { operationId, state: 'conflict', outcome: { error: { code: 'correction_stale' } } },
    ]);
    expect(await correct(card, { supersedes: operationId, seen: 800 })).toMatchObject({
      value: { outcome: 'applied' },
    });
    expect(outbox.conflicts()).toEqual([]);
    expect(await all(`select amount from table_cards where id = $1`, [card.cardId])).toEqual([{ amount: '15.00' }]);
  });

  it('gives an action again as a new one where its id is used up', async () => {
    const eventId = await insertEvent(database);
    await all(`update monitoring_events set status = 'RESOLVED' where event_id = $1`, [eventId]);
    const operationId = uuid();
    await submit('alert.acknowledge', { operationId, eventId });
    expect(outbox.conflicts()).toHaveLength(1);
    await all(`update monitoring_events set status = 'OPEN' where event_id = $1`, [eventId]);
    const again = uuid();
    await sender.resubmit(operationId, {
      operationId: again,
      author: authorOf('Nils'),
      sign: signed,
      prove: () => undefined,
    });
    await settled();
    expect(outbox.conflicts()).toEqual([]);
    expect(outbox.find(again)).toMatchObject({ state: 'applied', author: { operator: 'Nils' } });
    expect(await all(`select acknowledged_by from console.alerts where event_id = $1`, [eventId])).toEqual([
      { acknowledged_by: 'Nils' },
    ]);
  });

  it('gets what an older version took in without a text, unless the database has its outcome', async () => {
    const eventId = await insertEvent(database);
    const [done, left] = [uuid(), uuid()];
    reachable = false;
    await note(eventId, 'applied by the older version', done);
    await note(eventId, 'never sent', left);
    await applyCommand(through, signedAs('Léa', 'alert.note', { operationId: done, eventId, text: 'x' }));
    // As the older version left them: the first one sent and not answered.
    buffer.prepare(`update outbox set body = '', key_id = null`).run();
    buffer.prepare(`update outbox set state = 'sent' where operation_id = ?`).run(done);
    reachable = true;
    sender.wake();
    await settled();
    expect(outbox.find(done)).toMatchObject({ state: 'applied', input: { text: 'applied by the older version' } });
    expect(outbox.conflicts()).toMatchObject([
      { operationId: left, author: { operator: 'Léa' }, outcome: { error: { code: 'command_unsigned' } } },
    ]);
    const again = uuid();
    await sender.resubmit(left, { operationId: again, author: authorOf('Nils'), sign: signed, prove: () => undefined });
    await settled();
    expect(outbox.conflicts()).toEqual([]);
    expect(outbox.find(again)).toMatchObject({ state: 'applied', author: { operator: 'Nils' } });
    expect(await notesOf(eventId)).toEqual(['x', 'never sent']);
  });

  it('does not get what an older version wrote with its ids as numbers: it is sent as it was signed', async () => {
    const eventId = await insertEvent(database);
    const number = Number(eventId) as unknown as RowId;
    reachable = false;
    const operationId = uuid();
    await note(number, 'of the older version', operationId);
    await submit('alert.acknowledge', { eventId: number });
    expect(outbox.find(operationId)).toMatchObject({ input: { eventId: Number(eventId) } });
    reachable = true;
    // As after the update.
    await sender.close();
    sender = start();
    sender.wake();
    await settled();
    expect(outbox.conflicts()).toEqual([]);
    expect(await notesOf(eventId)).toEqual(['of the older version']);
    expect(await all('select acknowledged_by from console.alerts where event_id = $1', [eventId])).toEqual([
      { acknowledged_by: 'Léa' },
    ]);
  });

  it('gets one whose number may have lost digits, with all that it says', async () => {
    const operationId = uuid();
    reachable = false;
    await note((2 ** 60) as unknown as RowId, 'which one?', operationId);
    reachable = true;
    sender.wake();
    await settled();
    expect(outboxView(outbox).tray).toMatchObject([
      { operationId, command: 'alert.note', input: { text: 'which one?' }, error: { code: 'command_unreadable' } },
    ]);
  });

  it('gets what was changed on the disk, and none of it is sent', async () => {
    const eventId = await insertEvent(database);
    const operationId = uuid();
    reachable = false;
    await note(eventId, 'mine', operationId);
    buffer.prepare(`update outbox set body = replace(body, '"mine"', '"theirs"')`).run();
    reachable = true;
    sender.wake();
    await settled();
    expect(outbox.conflicts()).toMatchObject([{ operationId, outcome: { error: { code: 'command_unreadable' } } }]);
    expect(await notesOf(eventId)).toEqual([]);
  });

  it('does not get what is too large for the database: it is not taken in', async () => {
    const items = Array.from({ length: 5_000 }, (_, index) => ({
      ...{
        cardId: `${index}-`.padEnd(200, 'x'),
        eventId: rowId(index + 1),
        cardDeltaCents: cents(1),
        ledgerDeltaCents: cents(0),
      },
      ...{ seenActualCents: cents(0), seenExpectedCents: cents(1) },
    }));
    expect(
      await submit('correction.proposeBulk', { eventId: rowId(1), kind: 'restore_card', reason: 'all', items }),
    ).toMatchObject({ ok: false, error: { code: 'command_too_large' } });
    expect(outbox.counts()).toEqual({ waiting: 0, undecided: 0 });
  });

  it('gets what could be done on some of its alerts alone, until somebody has seen it', async () => {
    const [free, others] = [await insertEvent(database), await insertEvent(database)];
    await submit('alert.take', { eventId: others, holder: null }, 'Nils');
    reachable = false;
    const operationId = uuid();
    await submit('alerts.take', { operationId, eventIds: [free, others] });
    reachable = true;
    sender.wake();
    await eventually(() => expect(outbox.counts()).toEqual({ waiting: 0, undecided: 1 }));
    expect(outboxView(outbox).tray).toMatchObject([
      { operationId, error: { code: 'some_refused', params: { done: 1, left: 1, why: 'taken_by_other' } } },
    ]);
    sender.markSeen(operationId, 'Léa');
    expect(outbox.counts()).toEqual({ waiting: 0, undecided: 0 });
  });

  it('does not keep what the operator has been told on the spot', async () => {
    const operationId = uuid();
    await note(rowId(999_999_999), 'nowhere', operationId);
    expect(outbox.counts().undecided).toBe(1);
    sender.markSeen(operationId, 'Léa');
    expect(outbox.counts().undecided).toBe(0);
  });
});
