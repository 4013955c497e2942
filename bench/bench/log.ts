import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { openBuffer } from '../../electron/buffer/buffer.ts';
import { matchOf } from '../../electron/buffer/match-words.ts';
import { createOperators, enrolLaptop } from '../../electron/testing/operators.ts';
import { createTcpProxy } from '../../electron/testing/tcp-proxy.ts';
import { median } from '../median.ts';
import { buildConsole, LAPTOP, launchBrowser, startConsole } from './console.ts';
import { announcePresses, measureEmpty, NAME, signIn, textOf, timeOfKey } from './screen.ts';
import type { BenchServer } from './server.ts';
import { percentile } from './statistics.ts';

/** What the incident log costs whoever writes in it and searches it, with the network cut; milliseconds each time. */
export type LogTimes = { readonly entries: number; readonly figures: readonly LogFigure[] };
type LogFigure = { readonly name: string; readonly times: readonly number[] };
type Progress = (words: string) => void;

/** Words of the entries: what two have in common is typed first, and the last letter says which. */
const WORDS = ['rain', 'rail', 'gate', 'gala', 'power', 'police', 'queue', 'quiet', 'tills', 'tiles'];
const LIST = 'ul[aria-label="Entries"]';
/** Nothing has changed for so long: what is measured next has nothing of what came before. */
const QUIET_MS = 300;
/** A hand takes longer from key to key than a card reader. */
const BETWEEN_KEYS_MS = 60;
/** Ends a hang. */
const HANG_MS = 300_000;

/** On the built console in a real browser, each figure taken by the page itself: from the key to the frame that shows it. */
export const measureLog = async (
  { admin, consoleSettings }: BenchServer,
  { entries, progress }: { entries: number; progress: Progress },
): Promise<LogTimes> => {
  buildConsole();
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-bench-log-'));
  const proxy = await createTcpProxy(consoleSettings);
  const browser = await launchBrowser();
  try {
    await createOperators(admin, [NAME], 'operator');
    await enrolLaptop(admin, { laptop: LAPTOP, dataDir });
    progress(`${entries} entries of the log`);
    await insertEntries(admin, entries);
    const running = await startConsole({ settings: proxy.through(consoleSettings), dataDir });
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' });
    const figures: LogFigure[] = [];
    const add = (...some: readonly LogFigure[]): void => {
      for (const { name, times } of some) progress(`${name}: ${Math.round(median(times))} ms`);
      figures.push(...some);
    };
    const searches = searchesOf(entries);
    try {
      await context.addInitScript(announcePresses);
      const page = await context.newPage();
      await page.goto(running.address());
      await signIn(page);
      await openScreen(page, 'Log');
      await page.locator(LIST).getByText(`note ${entries} `).first().waitFor({ timeout: HANG_MS });
      proxy.cut();
      await page.getByText('No connection to the festival since').waitFor();
      progress('an empty page');
      const { key } = await measureEmpty(browser);
      add({ name: 'a key on an empty page', times: key });
      const often = entries < 10_000 ? 20 : 100;
      progress(`${often} entries with the network cut`);
      add(...(await writeEntries(page, dataDir, often)));
      progress(`${searches.length} searches with the network cut`);
      add(...(await search(page, searches)));
    } finally {
      await context.close();
      await running.stop();
    }
    return { entries, figures: [...figures, ...bare(dataDir, searches)] };
  } finally {
    await browser.close();
    await proxy.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/**
 * Entries as `console.write_log` leaves them, a minute apart, the newest now. Their hashes are no chain, which nothing that is
 * measured looks at: each of them would take a moment.
 */
const insertEntries = async (admin: pg.Client, count: number): Promise<void> => {
  await admin.query(
    `insert into console.log_entries (number, entry_id, act, kind, text, place, tags, importance, mentions, links,
       attachments, occurred_at, entered_at, clock_offset_ms, arrived_at, author, author_id, role, laptop, laptop_id,
       laptop_number, login, previous_hash, hash)
     select n, gen_random_uuid(), 'written', (array['observation', 'action', 'message'])[1 + n % 3],
       'note ' || n || ' ' || words[1 + n % 10] || ' at ' || words[1 + n / 7 % 10] || ' ' || n % 97, 'Bar ' || n % 50,
       array[(array['network', 'crowd', 'power'])[1 + n % 3]], 'normal', '{}'::text[], '[]'::jsonb,
       '[]'::jsonb, moment, moment, 0, moment,
       (array['Noé', 'Ana', 'Léa'])[1 + n % 3], gen_random_uuid(), 'operator', 'booth-' || 1 + n % 4, gen_random_uuid(),
       n, 'regie', sha256(convert_to((n - 1)::text, 'UTF8')), sha256(convert_to(n::text, 'UTF8'))
     from generate_series(1, $1::int) as n, (select $2::text[] as words) as given,
       lateral (select now() - ($1::int - n) * interval '1 minute' as moment) as times`,
    [count, WORDS],
  );
  await admin.query('alter table console.log_head disable trigger regie_newest');
  await admin.query(`update console.log_head set (number, hash) = (
    select number, hash from console.log_entries order by number desc limit 1)`);
  await admin.query('alter table console.log_head enable always trigger regie_newest');
};

const openScreen = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

/** In the page: until the log's list has been the same for a while, as far as it is there. */
const untilQuiet = (page: Page): Promise<void> =>
  page.evaluate(
    ([list, quietMs]) =>
      new Promise<void>((resolve) => {
        const look = (before: string | undefined, since: number): void => {
          requestAnimationFrame((at) => {
            const now = document.querySelector(list)?.textContent;
            if (now !== before) look(now, at);
            else if (at - since < quietMs) look(before, since);
            else resolve();
          });
        };
        look(document.querySelector(list)?.textContent, performance.now());
      }),
    [LIST, QUIET_MS] as const,
  );

const countRow = z.object({ count: z.int() });

/** From Enter to the frame that shows the entry: on the log's own screen, and in the line below the board. */
const writeEntries = async (page: Page, dataDir: string, often: number): Promise<LogFigure[]> => {
  const outbox = openBuffer(fileOf(dataDir, 'outbox'), 'outbox');
  const select = outbox.prepare("select count(*) as count from outbox where command = 'log.write'");
  let written = 0;
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  /** Processor time of the page's main thread so far, milliseconds. */
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
  };
  const write = async (selector: string): Promise<{ times: number[]; page: number[] }> => {
    const times: number[] = [];
    const busy: number[] = [];
    await page.keyboard.press('l');
    const field = page.getByRole('textbox', { name: 'Log entry' });
    for (let count = 0; count < often; count += 1) {
      written += 1;
      const text = `entry ${written}: the line at bar ${written % 50} is over ten minutes #crowd`;
      await field.fill(text);
      await untilQuiet(page);
      const before = await worked();
      times.push(await timeOfKey(page, 'Enter', textOf(selector)));
      busy.push((await worked()) - before);
      const { count: kept } = countRow.parse(select.get());
      const shown = await page.locator(selector).innerText();
      if (kept !== written || !shown.includes(`entry ${written}:`)) {
        throw new Error(`${written} entries are written, ${kept} on the disk, and what is shown is ${shown}`);
      }
    }
    await page.keyboard.press('Escape');
    return { times, page: busy };
  };
  try {
    const onLog = await write(`${LIST} > li:first-child`);
    await openScreen(page, 'Alerts');
    const onBoard = await write('.log-line-newest');
    await openScreen(page, 'Log');
    return [
      { name: 'Enter to the entry on disk and in the log', times: onLog.times },
      { name: '  processor time of the page', times: onLog.page },
      { name: 'the same below the board', times: onBoard.times },
      { name: '  processor time of the page', times: onBoard.page },
    ];
  } finally {
    await session.detach();
    outbox.close();
  }
};

/** What is typed, and the last key, which makes it another search: of one entry, of hundreds, of thousands. */
type Search = { readonly before: string; readonly key: string; readonly finds: 'one' | 'hundreds' | 'thousands' };

const searchesOf = (entries: number): Search[] => {
  const split = (words: string, finds: Search['finds']): Search => ({
    ...{ before: words.slice(0, -1), key: words.slice(-1) },
    finds,
  });
  return Array.from({ length: entries < 10_000 ? 3 : 20 }, (_, turn) => {
    const number = Math.floor(entries * (0.3 + 0.6 * ((turn * 0.618) % 1)));
    const word = WORDS[turn % WORDS.length] ?? '';
    return [
      split(`note ${number}`, 'one'),
      split(`${word} ${10 + ((turn * 17) % 30)}`, 'hundreds'),
      split(word.slice(0, word.startsWith('ti') || word.startsWith('ra') ? 4 : 3), 'thousands'),
    ];
  }).flat();
};

/** From the last key to the frame that shows what it finds. */
const search = async (page: Page, searches: readonly Search[]): Promise<LogFigure[]> => {
  const found = new Map<Search['finds'], number[]>();
  const field = page.getByRole('main').getByLabel('Search');
  for (const { before, key, finds } of searches) {
    await field.fill('');
    await untilQuiet(page);
    await field.pressSequentially(before, { delay: BETWEEN_KEYS_MS });
    await untilQuiet(page);
    found.set(finds, [...(found.get(finds) ?? []), await timeOfKey(page, key, textOf(LIST))]);
  }
  return [
    { name: 'last key to what it finds', times: [...found.values()].flat() },
    ...[...found].map(([finds, times]) => ({ name: `  of which ${finds}`, times })),
  ];
};

const fileOf = (dataDir: string, kind: 'mirror' | 'outbox'): string => {
  const folder = join(dataDir, 'festivals');
  const file = readdirSync(folder).find((name) =>
    kind === 'outbox' ? name.endsWith('.outbox.sqlite') : /^[^.]+\.sqlite$/.test(name),
  );
  if (file === undefined) throw new Error(`the console has no ${kind}`);
  return join(folder, file);
};

const bodyRow = z.object({ body: z.string() });

/** The same bytes on the same disk, as durable, and the same words of the same entries, without a console. */
const bare = (dataDir: string, searches: readonly Search[]): LogFigure[] => {
  const taken = (work: () => unknown): number => {
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  const buffer = openBuffer(join(dataDir, 'bare.sqlite'), 'mirror');
  try {
    buffer.prepare('attach ? as outbox').run(fileOf(dataDir, 'outbox'));
    buffer.prepare('attach ? as mirror').run(fileOf(dataDir, 'mirror'));
    buffer.exec(`create table bare (line integer primary key, body text not null) strict;
      create virtual table bare_words using fts5(words, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
      insert into bare_words (rowid, words) select number, words from mirror.mirror_log`);
    const bodies = z
      .array(bodyRow)
      .parse(buffer.prepare("select body from outbox.outbox where command = 'log.write'").all());
    const insert = buffer.prepare('insert into bare (body) values (?)');
    const select = buffer.prepare(
      'select rowid, words from bare_words where bare_words match ? order by rowid desc limit 101',
    );
    return [
      { name: 'a bare insert of the same bytes', times: bodies.map(({ body }) => taken(() => insert.run(body))) },
      {
        name: 'a bare FTS5 query of the same words',
        times: searches.map(({ before, key }) => taken(() => select.all(matchOf(`${before}${key}`)))),
      },
    ];
  } finally {
    buffer.close();
  }
};

/** Rows of a table: what, how often, and how long. */
export const logRows = ({ figures }: LogTimes): string[][] =>
  figures.map(({ name, times }) => [
    ...[name, String(times.length)],
    ...[0.5, 0.95, 0.99, 1].map((share) => percentile(times, share).toFixed(1)),
  ]);
