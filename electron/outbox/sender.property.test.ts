import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cents } from '../../shared/domain/money.ts';
import { type RowId, rowId } from '../../shared/domain/row-id.ts';
import { type Buffer, openBuffer } from '../buffer/buffer.ts';
import { createOutbox, type Outbox } from '../buffer/outbox.ts';
import type { SubmittedCommand } from '../operations/registry.ts';
import { type FestivalDatabase, openFestivalDatabase } from '../postgres/pool.ts';
import { insertEvent } from '../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { authorOf, signed } from '../testing/operators.ts';
import { quietSender } from '../testing/sender.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import type { Sender } from './sender.ts';

/*
 * Whatever the network does and whenever the laptop is started again: notes reach each alert once and in their order,
 * a card holds what the festival and the applied corrections say, and what could not be done is in the tray.
 */

/** What must be true: words of each alert in order, cents of each card, and who was told what. */
type Model = { notes: string[][]; cards: number[]; given: number };
type Real = {
  outbox: Outbox;
  sender: Sender;
  reachable: boolean;
  alerts: readonly RowId[];
  cardIds: readonly string[];
  restart(): Promise<void>;
};

const ALERTS = 2;
const CARDS = 2;

let database: TestDatabase;
let proxy: TcpProxy;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await createTcpProxy(database.adminSettings);
  folder = mkdtempSync(join(tmpdir(), 'regie-property-'));
});
afterAll(async () => {
  await proxy.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const submit = (real: Real, command: Pick<SubmittedCommand, 'name' | 'input'>) =>
  real.sender.submit(
    signed({
      ...command,
      author: authorOf('Léa'),
    } as SubmittedCommand),
  );

class Note implements fc.AsyncCommand<Model, Real> {
  readonly alert: number;
  constructor(alert: number) {
    this.alert = alert;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const text = `note ${model.given}`;
    model.given += 1;
    const answer = await submit(real, {
      name: 'alert.note',
      input: { operationId: uuid(), eventId: real.alerts[this.alert] ?? rowId(0), text },
    });
    expect(answer.ok).toBe(true);
    model.notes[this.alert]?.push(text);
  }
  toString = () => `note on ${this.alert}`;
}

class Correct implements fc.AsyncCommand<Model, Real> {
  readonly card: number;
  constructor(card: number) {
    this.card = card;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const cardId = real.cardIds[this.card] ?? '';
    const { rows } = await database.admin.query(
      `select (amount * 100)::int as actual, (console.expected_balance(id) * 100)::int as expected from table_cards where id = $1`,
      [cardId],
    );
    const answer = await submit(real, {
      name: 'correction.apply',
      input: {
        operationId: uuid(),
        eventId: null,
        cardId,
        kind: 'goodwill',
        cardDeltaCents: cents(100),
        ledgerDeltaCents: cents(100),
        seenActualCents: rows[0].actual,
        seenExpectedCents: rows[0].expected,
        originalTransaction: null,
        reason: 'for the wait',
        approver: null,
      },
    });
    if (!answer.ok) expect(['correction_waiting', 'correction_unknown']).toContain(answer.error.code);
    model.given += 1;
  }
  toString = () => `correct ${this.card}`;
}

class Order implements fc.AsyncCommand<Model, Real> {
  readonly card: number;
  constructor(card: number) {
    this.card = card;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    await database.admin.query('update table_cards set amount = amount - 0.5 where id = $1', [real.cardIds[this.card]]);
    model.cards[this.card] = (model.cards[this.card] ?? 0) - 50;
  }
  toString = () => `the festival sells on ${this.card}`;
}

class Network implements fc.AsyncCommand<Model, Real> {
  readonly now: 'cut' | 'mute' | 'down' | 'back';
  constructor(now: 'cut' | 'mute' | 'down' | 'back') {
    this.now = now;
  }
  check = () => true;
  async run(_model: Model, real: Real): Promise<void> {
    real.reachable = this.now !== 'down';
    if (this.now === 'cut') proxy.cut();
    if (this.now === 'mute') proxy.muteServer();
    if (this.now === 'back') {
      proxy.forward();
      real.sender.wake();
    }
  }
  toString = () => `network ${this.now}`;
}

class Restart implements fc.AsyncCommand<Model, Real> {
  check = () => true;
  run = (_model: Model, real: Real): Promise<void> => real.restart();
  toString = () => 'restart';
}

const open = async (): Promise<Real & { close(): Promise<void> }> => {
  const file = join(folder, `${process.hrtime.bigint()}.sqlite`);
  let buffer: Buffer;
  let festival: FestivalDatabase;
  const real = { reachable: true, alerts: [] as RowId[], cardIds: [] as string[] } as unknown as Real & {
    alerts: RowId[];
    cardIds: string[];
  };
  const start = (): void => {
    buffer = openBuffer(file, 'outbox');
    festival = openFestivalDatabase({
      settings: proxy.through(database.consoleSettings),
      applicationName: 'regie/property',
      size: 4,
      statementTimeoutMs: 500,
      answerGraceMs: 100,
      closeGraceMs: 10,
    });
    real.outbox = createOutbox(buffer);
    real.sender = quietSender({
      outbox: real.outbox,
      database: festival,
      reachable: () => real.reachable,
      answerWithinMs: 50,
    });
  };
  const close = async (): Promise<void> => {
    await Promise.all([real.sender.close(), festival.close()]);
    buffer.close();
  };
  for (let made = 0; made < ALERTS; made += 1) real.alerts.push(await insertEvent(database));
  for (let made = 0; made < CARDS; made += 1) {
    const cardId = `CARD-${uuid()}`;
    await database.admin.query('insert into table_cards (id, amount) values ($1, 10)', [cardId]);
    real.cardIds.push(cardId);
  }
  start();
  real.restart = async () => {
    await close();
    start();
    real.sender.wake();
  };
  return Object.assign(real, { close });
};

const index = (most: number) => fc.integer({ min: 0, max: most - 1 });
const steps = fc.commands(
  [
    index(ALERTS).map((alert) => new Note(alert)),
    index(ALERTS).map((alert) => new Note(alert)),
    index(CARDS).map((card) => new Correct(card)),
    index(CARDS).map((card) => new Order(card)),
    fc.constantFrom('cut', 'mute', 'down', 'back', 'back').map((now) => new Network(now)),
    fc.constant(new Restart()),
  ],
  { maxCommands: 25 },
);

it('nothing is lost and nothing is done twice, whatever the network does', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (commands) => {
      const real = await open();
      const model: Model = { notes: real.alerts.map(() => []), cards: real.cardIds.map(() => 1_000), given: 0 };
      try {
        await fc.asyncModelRun(() => ({ model, real }), commands);
        proxy.forward();
        real.reachable = true;
        await real.restart();
        await expect.poll(() => real.outbox.counts().waiting, { interval: 10 }).toBe(0);
        for (const [alert, eventId] of real.alerts.entries()) {
          const { rows } = await database.admin.query(
            `select data ->> 'text' as text from console.timeline where event_id = $1 order by entry_id`,
            [eventId],
          );
          expect(rows.map(({ text }) => text)).toEqual(model.notes[alert]);
        }
        for (const [card, cardId] of real.cardIds.entries()) {
          const { rows } = await database.admin.query(
            `select (c.amount * 100)::int as actual,
               (select count(*)::int from console.corrections k where k.card_id = c.id) as corrections,
               (select count(*)::int from app_transaction_log t where t.card_id = c.id) as rows
             from table_cards c where id = $1`,
            [cardId],
          );
          const [{ actual, corrections, rows: logged }] = rows as [
            { actual: number; corrections: number; rows: number },
          ];
          expect(actual).toBe((model.cards[card] ?? 0) + corrections * 100);
          expect(logged).toBe(corrections);
        }
        expect(real.outbox.conflicts().every(({ outcome }) => outcome?.outcome === 'conflict')).toBe(true);
      } finally {
        proxy.forward();
        await real.close();
      }
    }),
    { numRuns: 40 },
  );
}, 600_000);
