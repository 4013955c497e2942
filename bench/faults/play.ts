import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { enrolLaptop } from '../../electron/testing/operators.ts';
import { createTcpProxy, type TcpProxy } from '../../electron/testing/tcp-proxy.ts';
import type { CallInput, CommandName } from '../../shared/contract/calls.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { commandFor, type Target } from './commands.ts';
import type { Festival, Ground } from './ground.ts';
import type { Laptop } from './laptop.ts';
import { finishList } from './list-command.ts';
import { attachPicture } from './picture.ts';
import type { Action, NetworkFault, Plan, Step } from './plan.ts';

/** A command that an operator submitted, and what the console answered. */
export type Submitted = {
  readonly operationId: string;
  readonly laptop: string;
  readonly command: CommandName;
  readonly input: Readonly<Record<string, unknown>>;
  /** An outcome; `refused`: it was not accepted; undefined: the core died before it answered. */
  answered: CommandOutcome | 'refused' | undefined;
};

/** What a run leaves behind to be verified. */
export type Played = {
  readonly festival: Festival;
  readonly laptops: readonly Laptop[];
  readonly submitted: readonly Submitted[];
  /** Operations of an inbox that somebody has decided. */
  readonly decided: ReadonlySet<string>;
  /** Sold by the festival's own system, euros by card. */
  readonly sold: ReadonlyMap<string, number>;
  readonly cards: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  /** What did not settle in time, in words. */
  readonly stuck: readonly string[];
  /** Takes the networks and the festival away, once it has been verified. */
  close(): Promise<void>;
};

/** Bounds only end a hang: laptops start, sign in and find everything for the first time, beside whatever else runs. */
const FOUND_WITHIN_MS = 120_000;
const SETTLED_WITHIN_MS = 180_000;

/** Plays a plan on a festival of its own, heals everything, and waits until all outboxes are empty. */
export const play = async (ground: Ground, all: readonly Laptop[], plan: Plan, name: string): Promise<Played> => {
  const festival = await ground.make(name);
  const cards = Array.from({ length: plan.cards }, (_, index) => `CARD${index}`);
  await loseMoney(festival, cards);
  const laptops = all.slice(0, plan.laptops);
  const proxies = await Promise.all(laptops.map(() => createTcpProxy(festival.consoleSettings)));
  const submitted: Submitted[] = [];
  const decided = new Set<string>();
  const sold = new Map<string, number>();
  const faults: Record<string, number> = {};
  const count = (what: string): void => {
    faults[what] = (faults[what] ?? 0) + 1;
  };
  const pending: Promise<unknown>[] = [];
  const errors: unknown[] = [];
  const close = async (): Promise<void> => {
    for (const proxy of proxies) await proxy.close();
    await festival.drop();
  };
  try {
    await festival.once(async (admin) => {
      for (const { name: laptop, dataDir } of laptops) await enrolLaptop(admin, { laptop, dataDir });
    });
    await Promise.all(laptops.map((laptop, index) => laptop.use(at(proxies, index).through(festival.consoleSettings))));
    const alerts = await findAlerts(laptops, cards);

    const { doStep, act } = createSteps({
      ground,
      festival,
      laptops,
      proxies,
      cards,
      alerts,
      submitted,
      decided,
      sold,
      count,
    });
    const began = performance.now();
    for (const step of plan.steps) {
      await sleep(Math.max(0, step.atMs - (performance.now() - began)));
      pending.push(doStep(step).catch((error: unknown) => errors.push(error)));
    }
    await Promise.all(pending);
    if (errors.length > 0) throw errors[0];
    await settle(laptops, proxies);
    await finishList(laptops, (laptop, action) => act(laptop, at(cards, 0), action));
    const stuck = await settle(laptops, proxies);
    return { festival, laptops, submitted, decided, sold, cards, faults, stuck, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** What the steps of a run work on and what they leave behind. */
type Run = Pick<Played, 'festival' | 'laptops' | 'cards'> & {
  readonly ground: Ground;
  readonly proxies: readonly TcpProxy[];
  readonly alerts: ReadonlyMap<string, Target>;
  readonly submitted: Submitted[];
  readonly decided: Set<string>;
  readonly sold: Map<string, number>;
  readonly count: (what: string) => void;
};

/** The steps of a plan, each carried out when it is called. */
const createSteps = ({ ground, festival, laptops, proxies, cards, alerts, submitted, decided, sold, count }: Run) => {
  const send = async (laptop: Laptop, command: CommandName, input: Readonly<Record<string, unknown>>) => {
    const entry: Submitted = {
      operationId: String(input.operationId),
      laptop: laptop.name,
      command,
      input,
      answered: undefined,
    };
    submitted.push(entry);
    const answer = await laptop.call(command, input as CallInput<typeof command>);
    if (answer === undefined) return undefined;
    entry.answered = answer.ok ? answer.value : 'refused';
    count(`answered ${answer.ok ? answer.value.outcome : 'refused'}`);
    if (answer.ok && answer.value.outcome === 'applied' && command.startsWith('correction.'))
      count(doneAs(command, input));
    return entry.answered;
  };
  const act = async (laptop: Laptop, card: string, action: Action): Promise<void> => {
    const alert = alerts.get(card);
    if (alert === undefined) throw new Error(`no alert for ${card}`);
    if (action === 'picture') return attachPicture(card, (command, input) => send(laptop, command, input));
    const [other] = [...alerts.values()].filter((one) => one !== alert);
    const made = await commandFor(laptop, card, { alert, other: other ?? alert }, action);
    if (made !== undefined) await send(laptop, made.command, { operationId: uuid(), ...made.input });
  };
  const decide = async (laptop: Laptop, how: 'drop' | 'retry'): Promise<void> => {
    const view = await laptop.call('outbox.get', {});
    const [entry] = view?.ok ? view.value.tray : [];
    if (entry === undefined) return;
    decided.add(entry.operationId);
    if (how === 'drop') {
      await send(laptop, 'outbox.drop', { operationId: uuid(), dropped: entry.operationId, reason: 'not needed' });
    } else await laptop.call('outbox.retry', { operationId: entry.operationId });
  };
  const sell = async (card: string): Promise<void> => {
    try {
      await festival.once(async (client) => {
        await client.query('begin');
        await client.query('update table_cards set amount = amount - 1 where id = $1', [card]);
        await client.query(
          `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
           select id, 'bar_order', 'completed', 1, amount + 1, amount from table_cards where id = $1`,
          [card],
        );
        await client.query('commit');
      });
      sold.set(card, (sold.get(card) ?? 0) + 1);
      count('sales');
    } catch {
      // The server was going down: whether it was sold is asked of the log when the run is verified.
      count('sales in doubt');
    }
  };

  const doStep = async (step: Step): Promise<void> => {
    switch (step.does) {
      case 'act':
        return act(at(laptops, step.laptop), at(cards, step.card), step.action);
      case 'repeat': {
        if (submitted.length === 0) return;
        const earlier = at(submitted, step.earlier);
        count('repeated');
        await send(at(laptops, step.laptop), earlier.command, earlier.input);
        return;
      }
      case 'decide':
        return decide(at(laptops, step.laptop), step.how);
      case 'sell':
        return sell(at(cards, step.card));
      case 'network':
        count(step.fault);
        return disturb(at(proxies, step.laptop), step.fault, step.forMs);
      case 'kill': {
        count('kill -9');
        const laptop = at(laptops, step.laptop);
        await laptop.kill();
        await sleep(step.deadMs);
        // Killed again while it starts: it is started once more when everything heals.
        return laptop.revive().catch(() => undefined);
      }
      case 'crash':
        count('database crashes');
        return ground.crash();
    }
  };
  return { doStep, act };
};

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length];
  if (found === undefined) throw new RangeError('a plan names what there is none of');
  return found;
};

/** What of money was applied, for the summary. */
const doneAs = (command: CommandName, input: Readonly<Record<string, unknown>>): string =>
  command === 'correction.apply'
    ? input.kind === 'undo'
      ? 'undone'
      : 'corrected'
    : command.slice('correction.'.length);

/**
 * Each card was recharged with 30.00 and lost 5.00 on an order that failed. Once, although a crash in the run beside it
 * may swallow the answer and have it asked again.
 */
export const loseMoney = async (festival: Festival, cards: readonly string[]): Promise<void> => {
  await festival.ask('insert into table_cards (id, amount) select unnest($1::text[]), 25 on conflict do nothing', [
    cards,
  ]);
  await festival.ask(
    `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
     select card, kind, status, amount, before, after, now() - ago
     from unnest($1::text[]) as card, (values
       ('stripe_recharge', 'completed', 30, 0, 30, interval '20 minutes'),
       ('bar_order', 'failed', 5, 30, 25, interval '5 minutes')) as row (kind, status, amount, before, after, ago)
     where not exists (select from app_transaction_log)`,
    [cards],
  );
};

/** Waits until every laptop has the alert of every card. */
export const findAlerts = async (
  laptops: readonly Laptop[],
  cards: readonly string[],
): Promise<Map<string, Target>> => {
  const until = performance.now() + FOUND_WITHIN_MS;
  for (;;) {
    const boards = await Promise.all(laptops.map((laptop) => laptop.call('board.get', { closed: false })));
    const found = boards.map(
      (board) =>
        new Map(
          (board?.ok ? board.value.alerts : [])
            .filter(({ lead }) => lead.algorithm === 'balance_deduction_on_failure')
            .map(({ lead, incidentId }) => [lead.cardId ?? '', { eventId: lead.eventId, incidentId }]),
        ),
    );
    const [first] = found;
    if (first !== undefined && found.every((one) => cards.every((card) => one.has(card)))) return first;
    if (performance.now() > until) throw new Error('the alerts did not come to every laptop');
    await sleep(50);
  }
};

const disturb = async (proxy: TcpProxy, fault: NetworkFault, forMs: number): Promise<void> => {
  switch (fault) {
    case 'cut':
      proxy.cut();
      break;
    case 'blackhole':
      proxy.blackhole();
      break;
    case 'delay':
      proxy.delay(forMs / 3);
      break;
    case 'throttle':
      proxy.throttle(4_000);
      break;
    case 'answer lost':
      // The answers to what was committed meanwhile are lost.
      proxy.muteServer();
      await sleep(forMs / 2);
      proxy.cut();
      break;
    case 'reset in mid-statement':
      proxy.resetAfter(forMs);
      break;
  }
  await sleep(forMs);
  if (fault === 'blackhole') proxy.cut();
  proxy.forward();
};

/** Everything works again. @returns who still waits after a good while, in words. */
const settle = async (laptops: readonly Laptop[], proxies: readonly TcpProxy[]): Promise<string[]> => {
  for (const proxy of proxies) proxy.cut();
  for (const proxy of proxies) proxy.forward();
  await Promise.all(laptops.map((laptop) => laptop.revive()));
  await Promise.all(laptops.map((laptop) => laptop.call('link.retry', {})));
  const until = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const views = await Promise.all(laptops.map((laptop) => laptop.call('outbox.get', {})));
    const waiting = views.flatMap((view, index) =>
      view?.ok && view.value.waitingCount === 0
        ? []
        : [`${laptops[index]?.name}: ${view?.ok ? JSON.stringify(view.value.waiting.slice(0, 3)) : 'no answer'}`],
    );
    if (waiting.length === 0 || performance.now() > until) return waiting;
    await sleep(50);
  }
};
