import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { createOperators, enrolLaptop, PIN } from '../../electron/testing/operators.ts';
import { median } from '../median.ts';
import { buildConsole, LAPTOP, launchBrowser, ROOT, startConsole } from './console.ts';
import type { BenchServer } from './server.ts';

/** What somebody in front of the board waits for, milliseconds each time. */
export type ScreenTimes = {
  readonly alerts: number;
  readonly figures: readonly ScreenFigure[];
  /** What is loaded of script until the first rows stand, compressed and as it is run, kB. */
  readonly script: { readonly gzip: number; readonly run: number };
  /** What the page holds after a collection, before and after so many changes of alerts, MB. */
  readonly memory: { readonly changes: number; readonly before: number; readonly after: number };
};
export type ScreenFigure = {
  readonly name: string;
  readonly times: readonly number[];
  /** The same of a page with nothing in it, in the same browser. */
  readonly empty: readonly number[];
};

const LOADS = 10;
const KEYS = 60;
const CLICKS = 20;
/** No hand presses two keys sooner after each other; a card reader does, whose keys are held (docs/decisions/0050). */
const PACE_MS = 100;
const SCROLL_MS = 4_000;
/** Ends a hang. */
const HANG_MS = 30_000;
export const NAME = 'Nils';

/** The built console in a real browser, with so many open alerts; each time is taken by the page itself. */
export const measureScreen = async (
  { admin, consoleSettings: settings }: BenchServer,
  { alerts, changes, progress }: { alerts: number; changes: number; progress: (words: string) => void },
): Promise<ScreenTimes> => {
  buildConsole();
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-bench-screen-'));
  const browser = await launchBrowser();
  try {
    await createOperators(admin, [NAME], 'operator');
    await enrolLaptop(admin, { laptop: LAPTOP, dataDir });
    progress(`${alerts} open alerts`);
    await insertAlerts(admin, alerts);
    await insertSnapshots(admin);
    const running = await startConsole({ settings, dataDir });
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' });
    try {
      await context.addInitScript(announcePresses);
      const page = await context.newPage();
      await page.goto(running.address());
      await signIn(page);
      await page
        .getByText(`(${alerts}) Regie`)
        .or(page.getByRole('tab', { name: /^Open/ }))
        .first()
        .waitFor();
      await untilRead(page, alerts);
      progress('an empty page');
      const empty = await measureEmpty(browser);
      progress('the board');
      const { figures, script } = await measureBoard(page, { alerts, empty }, progress);
      progress(`${changes} changes`);
      const memory = await measureChanges(page, admin, changes);
      figures.push({ name: 'a key while alerts change', times: memory.keys, empty: empty.key });
      return { alerts, figures, script, memory: { changes, before: memory.before, after: memory.after } };
    } finally {
      await context.close();
      await running.stop();
    }
  } finally {
    await browser.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

export const signIn = async (page: Page): Promise<void> => {
  await page.getByRole('radio', { name: new RegExp(`^${NAME}`) }).check();
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: /^Open/ }).waitFor();
};

type Empty = Readonly<Record<'load' | 'key' | 'scroll', readonly number[]>>;

/** What a browser takes on this machine for a page that does nothing but to answer a key. */
export const measureEmpty = async (browser: Browser): Promise<Empty> => {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  try {
    await page.addInitScript(announcePresses);
    const html = `<title>Empty</title><p id="answer">0</p><div style="height: 400000px"></div><script>
      addEventListener('keydown', () => { answer.textContent = Number(answer.textContent) + 1; });</script>`;
    await page.route('**/empty', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto('http://empty.invalid/empty');
    const load = await repeat(LOADS, () => timeOfLoad(page, '#answer'));
    const key = await repeat(KEYS, () => timeOfKey(page, 'x', textOf('#answer')));
    return { load, key, scroll: await timesOfFrames(page, 'html') };
  } finally {
    await page.close();
  }
};

/** Until the board has read all alerts of the laptop's copy, and what the engine finds of its own meanwhile. */
const untilRead = async (page: Page, alerts: number): Promise<void> => {
  const areThere = (count: number) => Number(/^\((\d+)\)/.exec(document.title)?.[1]) >= count;
  await page.waitForFunction(areThere, alerts, { timeout: HANG_MS });
};

const measureBoard = async (
  page: Page,
  { alerts, empty }: { alerts: number; empty: Empty },
  progress: (words: string) => void,
) => {
  const figures: ScreenFigure[] = [];
  const add = (name: string, times: readonly number[], of: readonly number[]): void => {
    progress(`${name}: ${Math.round(median(times))} ms`);
    figures.push({ name, times, empty: of });
  };
  const rows = '.board-table [role=row][aria-rowindex="2"]';
  const current = attributeOf('.board-row-current', 'aria-rowindex');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  add('to the first row, nothing kept', await repeat(LOADS, () => timeOfLoad(page, rows)), empty.load);
  await session.send('Network.setCacheDisabled', { cacheDisabled: false });
  await timeOfLoad(page, rows);
  add('from the address to the first row', await repeat(LOADS, () => timeOfLoad(page, rows)), empty.load);
  // What comes after it is there before it is wanted, and keeps nobody waiting.
  const script = await scriptOf(page, await timeOfLoad(page, rows));
  await timeOfKey(page, 'j', current);
  add('key: next row, while it is being read', await repeat(CLICKS, () => timeOfKey(page, 'j', current)), empty.key);
  await untilRead(page, alerts);
  await timeOfKey(page, 'j', current);
  add('key: next row', await repeat(KEYS, () => timeOfKey(page, 'j', current)), empty.key);
  const open = [];
  const whole = [];
  for (let count = 0; count < CLICKS; count += 1) {
    open.push(await timeOfKey(page, 'Enter', textOf('article h2')));
    await timeOfKey(page, 'Escape', textOf('article h2'));
    await timeOfKey(page, 'j', current);
    whole.push(await timeOfKey(page, 'Enter', textOf('.alert-foot')));
    await timeOfKey(page, 'Escape', textOf('article h2'));
    await timeOfKey(page, 'j', current);
  }
  add('key: open an alert', open, empty.key);
  add('key: the same with its evidence', whole, empty.key);
  const select = attributeOf('.board-row-current', 'aria-selected');
  add('key: select a row', await repeat(CLICKS, () => timeOfKey(page, 'x', select)), empty.key);
  const group = [];
  for (let count = 0; count < 3; count += 1) {
    group.push(await timeOfKey(page, 'g', COUNT), await timeOfKey(page, 'g', COUNT));
    // The third leads back: in a flood to groups by cause, of which there may be as many as of kinds.
    await page.keyboard.press('g');
    await page.waitForTimeout(1_000);
  }
  add('key: group', group, empty.key);
  const [overview, board] = ['#/health', '#/board'].map((address) => page.locator(`nav a[href="${address}"]`));
  if (overview !== undefined && board !== undefined) {
    const opened: number[] = [];
    for (let count = 0; count < LOADS; count += 1) {
      opened.push(await timeOfClick(page, overview, textOf('[data-metric="success"] .metric-value')));
      await timeOfClick(page, board, textOf('.board-table'));
    }
    add('click: the overview, of a day', opened, empty.key);
  }
  await page.getByRole('searchbox').focus();
  const letters: number[] = [];
  const found: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    for (const letter of 'bar') letters.push(await timeOfKey(page, letter, TYPED));
    found.push(await timeOfKey(page, '7', COUNT), await timeOfKey(page, 'Backspace', COUNT));
    for (const _ of 'bar') letters.push(await timeOfKey(page, 'Backspace', TYPED));
  }
  add('key: a letter of a search', letters, empty.key);
  add('key: what a search finds', found, empty.key);
  await page.getByRole('searchbox').blur();
  const header = page.getByRole('columnheader', { name: 'Amount' }).getByRole('button');
  add('click: sort by amount', await repeat(9, () => timeOfClick(page, header, SORTED)), empty.key);
  await timeOfKey(page, 'j', current);
  const acknowledge = [];
  for (let count = 0; count < CLICKS; count += 1) {
    acknowledge.push(await timeOfKey(page, 'a', hasClass('.board-row-current', 'board-row-fresh')));
    await timeOfKey(page, 'j', current);
  }
  add('key: acknowledge', acknowledge, empty.key);
  add('frame while it scrolls', await timesOfFrames(page, '.board-list .table-scroll'), empty.scroll);
  return { figures, script };
};

const repeat = async (times: number, measure: () => Promise<number>): Promise<number[]> => {
  const all: number[] = [];
  for (let count = 0; count < times; count += 1) all.push(await measure());
  return all;
};

/** What is looked at in the page: an element, and what of it is expected to change. */
type Probe = {
  readonly selector: string;
  readonly of: 'text' | 'value' | 'attribute' | 'class';
  readonly name: string;
};
export const textOf = (selector: string): Probe => ({ selector, of: 'text', name: '' });
const attributeOf = (selector: string, name: string): Probe => ({ selector, of: 'attribute', name });
const hasClass = (selector: string, name: string): Probe => ({ selector, of: 'class', name });
const TYPED: Probe = { selector: '.board-toolbar input', of: 'value', name: '' };
const SORTED = attributeOf('.board-table [role=columnheader]:has(svg)', 'aria-sort');
const COUNT = attributeOf('.board-table', 'aria-rowcount');

/**
 * In the page, before anything of the console: says when a key or a button is pressed. The console holds the first key of what
 * may be a card reader's, and lets it go as one of its own: what somebody waits for begins with the first.
 */
export const announcePresses = (): void => {
  for (const type of ['keydown', 'mousedown']) {
    addEventListener(
      type,
      ({ isTrusted, timeStamp }) => isTrusted && dispatchEvent(new CustomEvent('pressed', { detail: timeStamp })),
      { capture: true },
    );
  }
};

/** In the page: how long it takes from the next input to the frame in which the probe is another one, painted. */
const watch = ({ selector, of, name }: Probe): { changed: Promise<number> } => {
  const look = (): string | null => {
    const element = document.querySelector(selector);
    if (element === null) return null;
    if (of === 'text') return element.textContent;
    if (of === 'value') return (element as HTMLInputElement).value;
    return of === 'attribute' ? element.getAttribute(name) : String(element.classList.contains(name));
  };
  const before = look();
  return {
    changed: new Promise((resolve) => {
      const poll = (began: number): void => {
        const isThere = look() !== before;
        requestAnimationFrame(() => {
          if (!isThere && look() === before) return poll(began);
          // The first message after a frame's callbacks comes once it is painted.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now() - began);
          port2.postMessage(null);
        });
      };
      addEventListener('pressed', (event) => event instanceof CustomEvent && poll(event.detail), { once: true });
    }),
  };
};

const timed = async (page: Page, probe: Probe, act: () => Promise<void>): Promise<number> => {
  await page.waitForTimeout(PACE_MS);
  const watching = await page.evaluateHandle(watch, probe);
  await act();
  return bounded(
    page,
    watching.evaluate(({ changed }) => changed),
  );
};
export const timeOfKey = (page: Page, key: string, probe: Probe): Promise<number> =>
  timed(page, probe, () => page.keyboard.press(key));
const timeOfClick = (page: Page, on: { click(): Promise<void> }, probe: Probe): Promise<number> =>
  timed(page, probe, () => on.click());

const bounded = async (page: Page, work: Promise<number>): Promise<number> => {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void page
        .locator('body')
        .innerText()
        .then((text) => reject(new Error(`nothing has changed: ${text.slice(0, 2_000)}`)));
    }, HANG_MS);
  });
  return Promise.race([work, hang]).finally(() => clearTimeout(timer));
};

/** From the beginning of a navigation to the frame that has the element, painted. */
const timeOfLoad = async (page: Page, selector: string): Promise<number> => {
  await page.reload({ waitUntil: 'commit' });
  return bounded(
    page,
    page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          const look = (): void => {
            requestAnimationFrame(() => {
              if (document.querySelector(wanted) === null) return look();
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => resolve(performance.now());
              port2.postMessage(null);
            });
          };
          look();
        }),
      selector,
    ),
  );
};

/** Scrolls an element steadily by script. @returns how long each frame took */
const timesOfFrames = (page: Page, selector: string): Promise<number[]> =>
  page.evaluate(
    ([wanted, duration]) =>
      new Promise<number[]>((resolve, reject) => {
        const element = document.querySelector(wanted);
        if (element === null) return reject(new Error(`there is no ${wanted}`));
        const times: number[] = [];
        const began = performance.now();
        let before = began;
        const next = (at: number): void => {
          times.push(performance.now() - before);
          before = performance.now();
          // 2,000 pixels a second, as a hand on a wheel does.
          element.scrollTop = ((at - began) / 1_000) * 2_000;
          if (at - began < duration) requestAnimationFrame(next);
          else resolve(times.slice(2));
        };
        requestAnimationFrame(next);
      }),
    [selector, SCROLL_MS] as const,
  );

/** @param shown when the first rows stood; what is loaded afterwards is there before it is wanted (renderer/later.ts) */
const scriptOf = async (page: Page, shown: number): Promise<ScreenTimes['script']> => {
  const paths = await page.evaluate(
    (until) =>
      performance
        .getEntriesByType('resource')
        .filter(({ startTime }) => startTime < until)
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => path.endsWith('.js')),
    shown,
  );
  const files = paths.map((path) => readFileSync(join(ROOT, 'out/renderer', path)));
  const kB = (sizes: readonly number[]): number => Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1_000);
  return { gzip: kB(files.map((file) => gzipSync(file).length)), run: kB(files.map(({ length }) => length)) };
};

/** What alerts that change cost the page: how long a key takes meanwhile, and what is left in its memory. */
const measureChanges = async (page: Page, admin: pg.Client, changes: number) => {
  const session = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize / 1e6;
  };
  const current = attributeOf('.board-row-current', 'aria-rowindex');
  await timeOfKey(page, 'j', current);
  const before = await heap();
  const keys: number[] = [];
  for (let done = 0; done < changes; done += 10) {
    await admin.query(
      `update monitoring_events set event_data = event_data || jsonb_build_object('turn', $1::int)
       where event_id in (select event_id from monitoring_events where status = 'OPEN' order by random() limit 10)`,
      [done],
    );
    keys.push(await timeOfKey(page, done % 20 === 0 ? 'j' : 'k', current));
  }
  return { before, after: await heap(), keys };
};

/** A day of snapshots: what the overview's curves are made of. As bad as the alerts are, so that the next one is no news. */
const insertSnapshots = async (admin: pg.Client): Promise<void> => {
  await admin.query(
    `insert into system_health_snapshots (snapshot_timestamp, total_transactions_last_hour, success_rate_percent,
       avg_processing_time_ms, p95_processing_time_ms, overall_health_status, metrics_data)
     select now() - make_interval(mins => m), 300, 99 + m % 10 / 10.0, 20, 40, 'CRITICAL', '{"open_critical": 0, "response_ms": 2}'
     from generate_series(1, 1440, 5) as m`,
  );
};

/** Open alerts as the engine writes them, over fifty bars and as many readers. */
const insertAlerts = async (admin: pg.Client, count: number): Promise<void> => {
  await admin.query(
    `with kind as (
       select * from (values
         (0, 'CRITICAL', 'balance_deduction_on_failure', 7.5), (1, 'HIGH', 'duplicate_charge', 6.0),
         (2, 'MEDIUM', 'balance_chain_break', 4.25), (3, 'HIGH', 'consecutive_failures', null),
         (4, 'MEDIUM', 'reader_failure_spike', null)) as k (number, severity, algorithm, amount)
     ), event as (
       insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_algorithm,
         confidence_score, event_data, context_data, status)
       select 'transaction_failure', severity, '04BE' || lpad(to_hex(i), 8, '0'), amount, algorithm, 1,
         jsonb_build_object('point_of_sale', 'Bar ' || i % 50, 'device_identifier', 'reader-' || i % 50,
           'log_id', i, 'discrepancy', -amount, 'gap', -amount, 'failure_count', 4, 'failure_rate_percent', 66.7,
           'time_window_minutes', 10, 'scans', 12, 'failures', 8),
         '{}', 'OPEN'
       from generate_series(1, $1::int) i join kind on number = i % 5
       returning event_id, severity
     ), alert as (
       insert into console.alerts (event_id, incident_id, occurred_at) select event_id, event_id, now() from event
     )
     insert into alert_history (monitoring_event_id, alert_level, alert_message)
     select event_id, console.alert_level(severity), 'bench' from event`,
    [count],
  );
};
