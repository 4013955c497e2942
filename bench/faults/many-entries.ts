import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { verifyLog } from '../../electron/operations/log/log-verify.ts';
import { enrolLaptop } from '../../electron/testing/operators.ts';
import { createTcpProxy, type TcpProxy } from '../../electron/testing/tcp-proxy.ts';
import { LOG_KINDS } from '../../shared/domain/log.ts';
import type { Festival, Ground } from './ground.ts';
import type { Laptop } from './laptop.ts';
import { entryOf } from './log-command.ts';
import { verifyLogInDatabase } from './verify-log.ts';
import type { Found, Violation } from './violation.ts';

/** Written at once, as fast as the laptop's disk takes them. */
const SIDE_BY_SIDE = 8;
/** Bounds only end a hang. */
const SENT_WITHIN_MS = 20 * 60_000;
const COPIED_WITHIN_MS = 120_000;
const CUT_MS = 500;

type Many = {
  readonly writer: Laptop;
  /** Has the network all the time. */
  readonly reader: Laptop;
  readonly entries: number;
  readonly progress: (words: string) => void;
};
type Result = { readonly violations: Violation[]; readonly counted: Readonly<Record<string, number>> };

/**
 * A laptop without the network on which thousands of entries are written, that is killed with -9 in the middle of it, and that
 * brings all of them in once the network is back and breaks once more. Each is there once, on both laptops.
 */
export const bringInMany = async (ground: Ground, { writer, reader, entries, progress }: Many): Promise<Result> => {
  const festival = await ground.make('many_entries');
  const road = await createTcpProxy(festival.consoleSettings);
  const violations: Violation[] = [];
  const found: Found = (kind, what) => {
    violations.push({ kind, what });
  };
  try {
    await festival.once(async (admin) => {
      for (const { name: laptop, dataDir } of [writer, reader]) await enrolLaptop(admin, { laptop, dataDir });
    });
    await writer.use(road.through(festival.consoleSettings));
    await reader.use(festival.consoleSettings);
    road.cut();
    progress(`${entries} entries without the network`);
    const writing = performance.now();
    const ids = await writeAll(writer, entries);
    const wroteMs = performance.now() - writing;
    progress('they are brought in');
    const sending = performance.now();
    await send(writer, road, entries, found);
    const sentMs = performance.now() - sending;
    const stored = await verifyAll(festival, [writer, reader], ids, found);
    const speed = { 'written a second': rate(entries, wroteMs), 'sent a second': rate(entries, sentMs) };
    const counted = { written: entries, 'in the database': stored, ...speed };
    return { violations, counted };
  } finally {
    await Promise.all([writer, reader].map((laptop) => laptop.kill()));
    await road.close();
    await festival.drop();
  }
};

const rate = (entries: number, ms: number): number => Math.round((entries / ms) * 1_000);

/** @returns the ids of all entries, each of which the laptop has taken in. */
const writeAll = async (writer: Laptop, entries: number): Promise<Set<string>> => {
  const ids = Array.from({ length: entries }, () => uuid());
  let next = 0;
  const write = async (): Promise<void> => {
    for (let at = next++; at < entries; at = next++) {
      const kind = LOG_KINDS[at % LOG_KINDS.length] ?? 'observation';
      const input = { operationId: ids[at] ?? '', ...entryOf(kind, `CARD${at}`) };
      // Where it died before it answered, the same one is written again.
      let answer = await writer.call('log.write', input);
      for (; answer === undefined; answer = await writer.call('log.write', input)) await sleep(50);
      if (!answer.ok) throw new Error(`an entry was refused: ${JSON.stringify(answer.error)}`);
    }
  };
  const killed = async (): Promise<void> => {
    while (next < entries / 2) await sleep(10);
    await writer.kill();
    await writer.revive();
  };
  await Promise.all([killed(), ...Array.from({ length: SIDE_BY_SIDE }, write)]);
  return new Set(ids);
};

const send = async (writer: Laptop, road: TcpProxy, entries: number, found: Found): Promise<void> => {
  const until = performance.now() + SENT_WITHIN_MS;
  let broken = false;
  road.forward();
  await writer.call('link.retry', {});
  for (;;) {
    const view = await writer.call('outbox.get', {});
    const left = view?.ok ? view.value.waitingCount : entries;
    if (left === 0) break;
    if (performance.now() > until) return found('stuck', `${left} entries still wait`);
    if (!broken && left < entries / 2) {
      broken = true;
      road.cut();
      await sleep(CUT_MS);
      road.forward();
      await writer.call('link.retry', {});
    }
    await sleep(250);
  }
  const view = await writer.call('outbox.get', {});
  const refused = view?.ok ? view.value.tray.length : 0;
  if (refused > 0) found('lost', `${refused} entries were refused`);
};

const headRow = z.object({ number: z.int(), hash: z.string() });
const idRow = z.object({ entry_id: z.string() });

/** @returns how many entries the festival's database has */
const verifyAll = async (
  festival: Festival,
  laptops: readonly Laptop[],
  ids: ReadonlySet<string>,
  found: Found,
): Promise<number> => {
  await verifyLogInDatabase(festival, found);
  const { rows } = await festival.ask('select entry_id::text from console.log_entries');
  const there = z.array(idRow).parse(rows);
  const known = new Set(there.map(({ entry_id: id }) => id));
  const lost = [...ids].filter((id) => !known.has(id)).length;
  if (lost > 0) found('lost', `${lost} entries`);
  if (there.length > ids.size - lost) found('doubled', `${there.length - ids.size + lost} entries`);
  const read = await festival.ask(`select number::int, encode(hash, 'hex') as hash from console.log_head`);
  const right = { ok: true, entries: there.length, from: 1, head: headRow.parse(read.rows[0]) };
  for (const laptop of laptops) {
    const until = performance.now() + COPIED_WITHIN_MS;
    let shown = JSON.stringify(await verifyLog(await exportOf(laptop)));
    while (shown !== JSON.stringify(right) && performance.now() < until) {
      await sleep(500);
      shown = JSON.stringify(await verifyLog(await exportOf(laptop)));
    }
    if (shown !== JSON.stringify(right)) found('mirrors', `${laptop.name} has ${shown}, not ${JSON.stringify(right)}`);
  }
  return there.length;
};

/** The lines of a laptop's copy, as it exports it. */
const exportOf = async (laptop: Laptop): Promise<string[]> => {
  let text = '';
  let after: number | null = 0;
  while (after !== null) {
    const answer: Awaited<ReturnType<typeof exportPage>> = await exportPage(laptop, after);
    if (!answer?.ok) return [];
    text += answer.value.text;
    after = answer.value.next;
  }
  return text.trimEnd().split('\n');
};

const exportPage = (laptop: Laptop, after: number) => laptop.call('log.export', { format: 'jsonl', after });
