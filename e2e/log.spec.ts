import { closeSync, linkSync, openSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { z } from 'zod';
import { openBuffer } from '../electron/buffer/buffer.ts';
import { verifyLog } from '../electron/operations/log/log-verify.ts';
import { type Booth, borrowBooth, tryNow } from './support/booth.ts';
import { confirm, item, overrideItem, resumeMorning, startMorning } from './support/checklist.ts';
import { asAdministrator, expect, expectAccessible, picture, type RunningConsole, test } from './support/console.ts';

/* The incident log on two laptops, with the network and without. */
test.use({ seed: '42' });

let host: RunningConsole;
let booth: Booth;
let other: Booth;
test.beforeEach(async ({ console: running, browser }) => {
  host = running;
  booth = await borrowBooth(browser, host, 'booth-2', 'Nils');
  other = await borrowBooth(browser, host, 'booth-3', 'Ana');
});
test.afterEach(async () => {
  await booth.leave();
  await other.leave();
});

type Files = Parameters<Locator['setInputFiles']>[0];
const choose = (page: Page, files: Files): Promise<void> => page.getByLabel('Add a picture').setInputFiles(files);
const write = async (
  page: Page,
  text: string,
  files?: readonly { name: string; mimeType: string; buffer: Buffer }[],
) => {
  const field = page.getByRole('textbox', { name: 'Log entry' });
  if (!(await field.isVisible())) await page.keyboard.press('l');
  await field.fill(text);
  if (files !== undefined) {
    await choose(page, [...files]);
    for (const { name } of files) await expect(page.getByRole('button', { name: `Remove ${name}` })).toBeVisible();
  }
  await field.press('Enter');
  await expect(field).toHaveValue('');
};
/** A PNG that says of itself that it is so many pixels wide and high. */
const claiming = (png: Buffer, side: number): Buffer => {
  const claim = Buffer.from(png);
  claim.writeUInt32BE(side, 16);
  claim.writeUInt32BE(side, 20);
  return claim;
};
/** Pasted or dropped as another program gives it. */
const give = (target: Locator, way: 'paste' | 'drop', name: string, contents: Buffer): Promise<void> =>
  target.evaluate(
    (element, given) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(given.base64), (one) => one.charCodeAt(0))], given.name));
      const rest = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        given.way === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, ...rest })
          : new DragEvent('drop', { dataTransfer: data, ...rest }),
      );
    },
    { way, name, base64: contents.toString('base64') },
  );
/** Dropped by the browser itself, from the disk. */
const dropFile = async (page: Page, target: Locator, path: string): Promise<void> => {
  const box = await target.boundingBox();
  if (box === null) throw new Error('there is nothing to drop on');
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
};
const openLog = (page: Page) => page.getByRole('navigation').getByRole('link', { name: 'Log', exact: true }).click();
const entries = (page: Page) => page.getByRole('list', { name: 'Entries' });
const entry = (page: Page, text: string) => entries(page).locator('> li').filter({ hasText: text });
/** Shown, and not only there: a broken picture has no width. */
const pictureIn = (line: Locator): Locator => line.locator('img');
const stored = () =>
  asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query(
      `select number::int, act, text, author, laptop || '·' || laptop_number as label from console.log_entries order by number`,
    );
    return rows;
  });

const both = () => [
  { page: booth.page, name: 'Nils' },
  { page: other.page, name: 'Ana' },
];
const writeAs = async (page: Page, kind: string, text: string, who: string | null): Promise<void> => {
  const line = page.getByRole('form', { name: 'Log it' });
  if (!(await line.isVisible())) await page.keyboard.press('l');
  await line.getByLabel('Kind').selectOption(kind);
  if (who !== null) {
    await line.getByLabel('Follow-up by whom').fill(who);
    await line.getByLabel('Until when').fill('31/12/2099 22:00');
  }
  await write(page, text);
};
/** A picture of several pieces: nothing in it can be made smaller. */
const noise = async (page: Page): Promise<Buffer> =>
  Buffer.from(
    await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(1_400, 1_400);
      const context = canvas.getContext('2d');
      const pixels = new ImageData(canvas.width, canvas.height);
      for (let at = 0; at < pixels.data.length; at += 65_536)
        crypto.getRandomValues(pixels.data.subarray(at, at + 65_536));
      for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255;
      context?.putImageData(pixels, 0, 0);
      const picture = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
      // As one text: of a million numbers the browser's driver looks at each.
      return new Promise<string>((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).replace(/^.*,/, ''));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(picture);
      });
    }),
    'base64',
  );
/** Pieces of pictures in a laptop's outbox. */
const piecesOn = ({ running }: Booth): number => {
  const folder = join(running.dataDir, 'festivals');
  const file = readdirSync(folder).find((name) => name.endsWith('.outbox.sqlite'));
  if (file === undefined) return 0;
  const outbox = openBuffer(join(folder, file), 'outbox');
  try {
    return countRow.parse(outbox.prepare("select count(*) as count from outbox where command = 'log.attach'").get())
      .count;
  } finally {
    outbox.close();
  }
};
const countRow = z.object({ count: z.int() });
/** Numbers of what was written as it occurred, the newest first. */
const occurred = () =>
  asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query(
      `select number::int from console.log_entries where act = 'written'
       order by date_trunc('milliseconds', least(occurred_at, arrived_at)) desc, number desc`,
    );
    return rows.map(({ number }) => Number(number));
  });
const exported = async (page: Page): Promise<string[]> => {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'JSON Lines' }).click();
  return readFileSync(await (await download).path(), 'utf8')
    .trimEnd()
    .split('\n');
};
const ticked = (host: RunningConsole) =>
  asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query(
      `select act || ' ' || item_id || ' ' || actor as said from console.checklist_entries
       where act in ('ticked', 'overridden') order by 1`,
    );
    return rows.map(({ said }) => said);
  });

/** What is printed of the screen: numbered A4 pages with these words, and nothing of the console around them. */
const expectOnPaper = async (
  page: Page,
  { title, words, pages }: { title: string | RegExp; words: readonly (string | RegExp)[]; pages: number },
): Promise<void> => {
  const sheet = page.getByRole('article', { name: title });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  for (const word of words) await expect(sheet).toContainText(word);
  await expect(page.getByRole('navigation')).toBeHidden();
  await picture(page, `48-paper-${pages}`);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: null });
  await expect(sheet).toHaveCount(0);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect([...pdf.matchAll(/\/Type\s*\/Page\b/g)].length).toBeGreaterThanOrEqual(pages);
  const sizes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 (\d+)[.\d]* (\d+)/g)].map(([, wide, high]) => `${wide} × ${high}`);
  expect([...new Set(sizes)]).toEqual(['594 × 841']);
};

test('an evening without the network on two laptops is there once, in order, numbered and verified when it is back', async () => {
  // On the board, without going anywhere.
  await write(booth.page, 'power cut at the north gate #security');
  await expect.poll(stored).toMatchObject([{ number: 1, act: 'written', author: 'Nils', label: 'booth-2·1' }]);
  for (const { page } of [booth, other]) {
    await openLog(page);
    await expect(entry(page, 'power cut')).toContainText('security');
  }

  for (const one of [booth, other]) await one.goOffline();
  await write(booth.page, 'generator requested from @Ana, queue at bar 3 !important');
  await expect(entry(booth.page, 'generator requested')).toContainText('booth-2·2');
  await write(other.page, 'queue at bar 3 is over 10 minutes');
  await expect(entry(other.page, 'over 10 minutes')).toContainText('pending');
  await expect(entry(other.page, 'power cut')).toBeVisible();
  await expect(entry(other.page, 'generator')).toHaveCount(0);

  // Of every kind, and each with something to do by a time; a picture on each laptop, on the disk before the entry is.
  for (const { page, name } of both()) {
    for (const kind of ['decision', 'action', 'message', 'handover'])
      await writeAs(page, kind, `${kind} by ${name}`, kind === 'decision' ? 'the electrician' : null);
    await write(page, `the cable of ${name}`, [
      { name: 'cable.png', mimeType: 'image/png', buffer: await page.screenshot() },
    ]);
    await expect(pictureIn(entry(page, `the cable of ${name}`))).toBeVisible();
  }

  // Found, corrected and struck while nothing answers.
  await booth.page.getByRole('main').getByLabel('Search').fill('generat');
  await expect(entries(booth.page).locator('> li')).toHaveCount(1);
  await booth.page.getByRole('main').getByLabel('Search').fill('booth-2·2');
  await expect(entry(booth.page, 'generator requested')).toBeVisible();
  await entry(booth.page, 'generator requested').getByRole('button', { name: 'Correct' }).click();
  await booth.page.getByLabel('Corrected text').fill('generator ordered from @Ana, queue at bar 3');
  await booth.page.getByRole('dialog').getByRole('button', { name: 'Correct' }).click();
  await expect(entry(booth.page, 'generator ordered')).toContainText('It read: “generator requested');
  await booth.page.getByRole('main').getByLabel('Search').fill('');
  await entry(booth.page, 'power cut').getByRole('button', { name: 'Strike' }).click();
  await booth.page.getByLabel('Reason').fill('it was a fuse');
  await booth.page.getByRole('dialog').getByRole('button', { name: 'Strike' }).click();
  await expect(entry(booth.page, 'power cut')).toContainText('it was a fuse');
  await picture(booth.page, '40-log-offline');

  // Half of the morning here and half of it there: each starts it without knowing of the other.
  for (const { page } of [booth, other]) await startMorning(page);
  await confirm(booth.page, 'The last 24 hours are read');
  await expect(item(booth.page, 'A test message has arrived')).toContainText('Without the network no message leaves');
  for (const name of ['The last 24 hours are read', 'The night’s events are reviewed', 'The servers have room'])
    await confirm(other.page, name);
  await expect(item(other.page, 'The servers have room')).toContainText('pending');
  await expect(other.page.getByText('Signing off needs the network')).toBeVisible();

  // Killed in the middle of a picture, and started again: what was written is there, and the picture is taken once more.
  const large = { name: 'large.png', mimeType: 'image/png', buffer: await noise(booth.page) };
  await booth.page.keyboard.press('l');
  const half = choose(booth.page, [large]).catch(() => undefined);
  await expect.poll(() => piecesOn(booth)).toBeGreaterThan(1);
  await booth.running.stop('SIGKILL');
  await half;
  await booth.again();
  await openLog(booth.page);
  await expect(entry(booth.page, 'generator ordered')).toContainText('pending');
  await expect(pictureIn(entry(booth.page, 'the cable of Nils'))).toBeVisible();
  await write(booth.page, 'the whole gate', [large]);

  for (const one of [booth, other]) {
    one.proxy.forward();
    await tryNow(one.page);
  }
  const KINDS = ['decision', 'action', 'message', 'handover'];
  const written = (name: string): string[] => [...KINDS.map((kind) => `${kind} by ${name}`), `the cable of ${name}`];
  const nils = ['generator requested from @Ana, queue at bar 3 !important', ...written('Nils'), 'the whole gate'];
  const ana = ['queue at bar 3 is over 10 minutes', ...written('Ana')];
  await expect
    .poll(async () =>
      (await stored())
        .filter(({ act }) => act === 'written')
        .map(({ text }) => text)
        .sort(),
    )
    .toEqual(['power cut at the north gate #security', ...nils, ...ana].sort());
  const said = async () => (await stored()).filter(({ act }) => act !== 'written').map(({ act }) => act);
  await expect.poll(async () => (await said()).sort()).toEqual(['corrected', 'struck']);
  const all = await stored();
  expect(all.map(({ number }) => number)).toEqual(all.map((_, at) => at + 1));
  const inOrder = await occurred();
  for (const { page } of [booth, other]) {
    await openLog(page);
    await page.getByLabel('Written by').selectOption('People');
    await expect(entries(page).getByText('pending')).toHaveCount(0);
    await expect(entries(page).locator('> li')).toHaveCount(inOrder.length);
    await expect(entries(page).locator('> li')).toContainText(inOrder.map((number) => ` ${number} `));
    await expect(entry(page, 'generator ordered')).toContainText('booth-2·2');
    await expect(entry(page, 'power cut').locator('s')).toHaveText('power cut at the north gate #security');
    for (const text of ['the cable of Nils', 'the cable of Ana', 'the whole gate'])
      await expect(pictureIn(entry(page, text))).toBeVisible();
  }
  expect(await verifyLog(await exported(other.page))).toMatchObject({ ok: true, from: 1, entries: all.length });
  await readMentions();

  await expect
    .poll(() => ticked(host))
    .toEqual([...['ticked last-day Ana', 'ticked last-day Nils'], ...['ticked overnight Ana', 'ticked resources Ana']]);
  for (const { page } of [booth, other]) {
    await resumeMorning(page);
    for (const name of ['Nils', 'Ana'])
      await expect(item(page, 'The last 24 hours are read')).toContainText(`Confirmed by ${name}`);
    await expect(item(page, 'The servers have room')).toContainText('Confirmed by Ana');
  }
  await signMorning();
});

/** Who is named in it reads it like a note, and gets to it; the name that it had on its laptop finds it on any other. */
const readMentions = async (): Promise<void> => {
  const { page } = other;
  await page.getByRole('button', { name: '1 mention', exact: true }).click();
  const mentions = page.getByRole('dialog', { name: 'Mentions' });
  await expect(mentions).toContainText('generator requested from @Ana');
  await mentions.getByRole('link', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/#\/log\/words/);
  await expect(page.getByRole('main').getByLabel('Search')).toHaveValue(/\S/);
  await expect(entry(page, 'generator ordered')).toBeVisible();
  await page.getByRole('main').getByLabel('Search').fill('booth-2·2');
  await expect(entry(page, 'generator ordered')).toContainText('Important');
  await page.getByRole('main').getByLabel('Search').fill('');
  // What the console recorded of itself stands between them, and can be had alone or left out.
  await expect(entries(page)).toContainText('Detection runs on');
  await expectAccessible(page);
  await picture(page, '41-log');
  await page.getByLabel('Written by').selectOption('System');
  await expect(entry(page, 'generator ordered')).toHaveCount(0);
  await page.getByRole('main').getByLabel('Search').fill('détection tourne');
  await expect(entries(page).locator('> li')).toHaveCount(1);
  await page.getByLabel('Written by').selectOption('People');
  await expect(page.getByText('Nothing matches')).toBeVisible();
};

/** What is left is overridden, whatever it is on this festival at this moment; signed, it is printed and stands in the log. */
const signMorning = async (): Promise<void> => {
  const { page } = booth;
  const open = () => page.getByRole('button', { name: 'Override' });
  while ((await open().count()) > 0) {
    const name = await open().first().locator('xpath=ancestor::li[1]').getAttribute('aria-label');
    await overrideItem(page, name ?? '', 'not there on a training festival');
  }
  await page.getByRole('button', { name: 'Sign off' }).click();
  for (const one of [booth, other]) await expect(one.page.getByText(/signed by Nils/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Confirm|Override)/ })).toHaveCount(0);
  await expectOnPaper(page, {
    title: /^Morning, before opening/,
    words: [
      ...['Items and evidence', 'not there on a training festival'],
      ...['Nils · supervisor · booth-2', 'Ana · supervisor · booth-3', 'select '],
      ...[/SHA-256 over the list.*[0-9a-f]{64}/, /Newest row of the audit trail.*[0-9a-f]{64}/],
    ],
    // The screen itself would be one.
    pages: 2,
  });
  await openLog(page);
  await expect(entries(page)).toContainText('Checklist signed');
  const words = ['Checklist signed', 'the cable of Ana', /Newest entry of the incident log.*[0-9a-f]{64}/];
  await expectOnPaper(page, { title: 'Log', words, pages: 1 });
};

test('what is late says why, what cannot be kept is refused on the spot, and a decision has its fields', async () => {
  const { page } = booth;
  await openLog(page);
  await page.getByRole('button', { name: 'Write an entry' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  const line = page.getByRole('form', { name: 'Log it' });
  await line.getByLabel('Log entry').fill('fight at the gate');
  await line.getByLabel('Occurred at').fill('yesterday');
  await line.getByLabel('Log entry').press('Enter');
  await expect(line.getByRole('alert')).toHaveText('Enter a day and a time, for example 03/07/2026 21:04.');
  await expect(line.getByLabel('Log entry')).toHaveValue('fight at the gate');
  await line.getByLabel('Occurred at').fill('3/7/2020 21h04');
  await line.getByLabel('Occurred at').blur();
  await expect(line.getByLabel('Occurred at')).toHaveValue('03/07/2020 21:04');
  await expect(line.getByLabel('Why is it logged late?')).toBeVisible();
  await line.getByLabel('Log entry').press('Enter');
  await expect(page.getByText('say why it is logged late')).toBeVisible();
  // Refused, and nothing of it is lost.
  await expect(line.getByLabel('Log entry')).toHaveValue('fight at the gate');
  await line.getByLabel('Why is it logged late?').fill('I was there');
  await line.getByLabel('Log entry').press('Enter');
  await expect(entry(page, 'fight at the gate')).toContainText('I was there');

  // Half of a follow-up is none: nothing that was typed is left out.
  await page.getByRole('button', { name: 'More' }).click();
  await line.getByLabel('Follow-up by whom').fill('Ana');
  await line.getByLabel('Log entry').fill('somebody has to count the cash');
  await line.getByLabel('Log entry').press('Enter');
  await expect(page.getByText('A follow-up needs both')).toBeVisible();
  await expect(line.getByLabel('Log entry')).toHaveValue('somebody has to count the cash');
  await line.getByLabel('Follow-up by whom').fill('');
  await page.getByRole('button', { name: 'More' }).click();

  for (const text of ['👩‍👩‍👧 🔥', 'مرحبا ‏04A1‏', 'x'.repeat(20_000)]) {
    await write(page, text);
    await expect.poll(async () => (await stored()).map((one) => one.text)).toContain(text);
  }
  // Nobody who types on waits for the disk.
  await line.getByLabel('Log entry').focus();
  const hasty = ['rain at gate 1', 'hail at gate 2'];
  for (const text of hasty) {
    // As a hand does: faster is a card reader.
    await page.keyboard.type(text, { delay: 60 });
    await page.keyboard.press('Enter');
  }
  for (const text of hasty) {
    await expect(entry(page, text).locator('.log-entry-text')).toHaveText(text);
  }
  // What is no picture is refused with a sentence, and the text stays.
  await line.getByLabel('Log entry').fill('the till shows this');
  const huge = join(tmpdir(), `regie-${process.pid}-film.png`);
  closeSync(openSync(huge, 'w'));
  truncateSync(huge, 2_000_000_000);
  linkSync(huge, huge.replace('.png', '.mov'));
  const png = await page.screenshot();
  const refusals: readonly (readonly [Files, string])[] = [
    [{ name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) }, 'empty.png is empty.'],
    [
      { name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg><script>alert(1)</script></svg>') },
      'a.svg is not a PNG, JPEG or WebP picture.',
    ],
    [{ name: 'till.png', mimeType: 'image/png', buffer: Buffer.from('MZ\x90\0 a program') }, 'till.png is not a PNG'],
    [{ name: 'half.png', mimeType: 'image/png', buffer: png.subarray(0, 60) }, 'half.png is damaged'],
    [huge, 'film.png is too large'],
    [{ name: 'vast.png', mimeType: 'image/png', buffer: claiming(png, 60_000) }, 'vast.png has too many pixels'],
    [{ name: 'till\u202egnp.exe', mimeType: 'image/png', buffer: png }, 'till⟨202E⟩gnp.exe: the name has characters'],
  ];
  const refused = async (sentence: string) => {
    await expect(page.getByText(sentence)).toBeVisible();
    await expect(line.getByLabel('Log entry')).toHaveValue('the till shows this');
  };
  for (const [file, sentence] of refusals) {
    await choose(page, file);
    await refused(sentence);
  }
  await give(line.getByLabel('Log entry'), 'paste', 'a\0b.png', png);
  await refused('a⟨0000⟩b.png: the name has characters');
  await give(line, 'drop', 'dropped.png', claiming(png, 60_000));
  await refused('dropped.png has too many pixels');
  await dropFile(page, line, huge.replace('.png', '.mov'));
  await refused('film.mov is too large');
  // Beside the line it takes the place of nothing.
  await dropFile(page, page.getByRole('heading', { name: 'Log', exact: true }), huge);
  await refused('film.mov is too large');
  rmSync(huge);
  rmSync(huge.replace('.png', '.mov'));
  await line.getByLabel('Log entry').fill('');

  // A template is completed, and the festival has its own.
  await page.getByRole('button', { name: 'Tags and templates' }).click();
  await page.getByRole('textbox', { name: 'Tags' }).fill('payment network crowd gate');
  await page.getByRole('textbox', { name: 'Templates' }).fill('Gate opened: gate … opened #gate');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved for all laptops.')).toBeVisible();
  await openLog(other.page);
  await expect(other.page.getByLabel('Tag', { exact: true }).getByRole('option', { name: 'gate' })).toHaveCount(1);
  await line.getByLabel('Templates').selectOption('Gate opened');
  await expect(line.getByLabel('Log entry')).toHaveValue('gate … opened #gate');
  await expect(line.getByLabel('Log entry')).toBeFocused();
  await line.getByLabel('Templates').selectOption('Power cut');
  await line.getByLabel('Log entry').fill('');

  // As a program writes, which no field holds back.
  const answer = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const offer = `session.${sessionStorage.getItem('regie-session')}`;
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/socket`, ['regie', offer]);
        const said = { kind: 'observation', place: null, tags: [], importance: 'normal', mentions: [], links: [] };
        const rest = { decision: null, followUp: null, occurredAt: null, lateReason: null };
        const answers: string[] = [];
        socket.addEventListener('open', () => {
          for (const [id, text] of ['a\0b', 'x'.repeat(20_001), '\ud83d'].entries()) {
            const input = { operationId: crypto.randomUUID(), ...said, ...rest, text };
            socket.send(JSON.stringify({ id, call: 'log.write', input }));
          }
        });
        socket.addEventListener('message', ({ data }) => {
          const message = JSON.parse(String(data));
          if (message.answer) answers.push(message.answer.error?.params.problem ?? 'kept');
          if (answers.length === 3) resolve(answers.sort().join(' '));
        });
      }),
  );
  expect(answer).toBe('not_storable not_storable too_long');

  await line.getByLabel('Kind').selectOption('decision');
  await line.getByLabel('Log entry').fill('close bar 3');
  await line.getByLabel('Options considered').fill('open bar 4');
  await line.getByLabel('Why', { exact: true }).fill('nobody to spare');
  await line.getByLabel('Follow-up by whom').fill('Ana');
  await line.getByLabel('Until when').fill('03/07/2020 22:00');
  await picture(page, '42-log-line');
  await expectAccessible(page);
  await line.getByLabel('Log entry').press('Enter');
  // The board says what is due, and leads to it.
  await other.page.getByRole('link', { name: 'Alerts', exact: true }).click();
  const due = other.page.getByRole('region', { name: 'Summary' }).getByRole('button', { name: 'Follow-ups' });
  // Others are of the evening before this test.
  await expect(due).toContainText('1 overdue');
  await picture(other.page, '43-log-due');
  await due.click();
  await expect(other.page.getByLabel('Open follow-ups only')).toBeChecked();
  await expect(entries(other.page).locator('> li')).toHaveCount(3);
  await expect(entry(other.page, 'close bar 3')).toContainText('nobody to spare');
  await expect(entry(other.page, 'close bar 3')).toContainText('overdue');
  // Two laptops say nearly the same: a hint for both, and both stay.
  await other.page.getByLabel('Open follow-ups only').uncheck();
  await write(page, 'medics to the left of the stage');
  await expect(entry(other.page, 'medics to the left')).toBeVisible();
  await other.page.keyboard.press('l');
  await other.page.getByRole('textbox', { name: 'Log entry' }).fill('Medics to the left of the stage!');
  await expect(other.page.getByRole('form', { name: 'Log it' })).toContainText('Nearly the same: Nils');
  await write(other.page, 'Medics to the left of the stage!');
  await expect(entry(page, 'medics to the left').filter({ hasText: 'Nearly the same: Ana' })).toHaveCount(1);
  await expect(entry(page, 'Medics to the left').filter({ hasText: 'Nearly the same: Nils' })).toHaveCount(1);

  // Out of it, and verified by the file alone.
  const lines = await exported(other.page);
  const [newest] = (await stored()).slice(-1);
  expect(await verifyLog(lines)).toMatchObject({
    ok: true,
    from: 1,
    entries: newest.number,
    head: { number: newest.number },
  });

  // What was written since one's last shift.
  await other.page.getByRole('link', { name: 'Handover', exact: true }).click();
  await other.page.getByRole('button', { name: 'Offer handover' }).click();
  await page.getByRole('link', { name: 'Handover', exact: true }).click();
  await page.getByRole('button', { name: 'Accept handover' }).click();
  await expect(page.getByText('You have accepted').or(page.getByText('Handed over by Ana'))).toBeVisible();
  await write(page, 'gate 4 opened at last');
  await openLog(other.page);
  await other.page.getByRole('link', { name: /1 new entry since your last shift/ }).click();
  await expect(entry(other.page, 'gate 4 opened')).toBeVisible();
  await expect(entry(other.page, 'close bar 3')).toHaveCount(0);
  await picture(other.page, '44-log-unread');
  await other.page.getByRole('link', { name: 'Show all entries' }).click();
  await openLog(page);

  await entry(other.page, 'close bar 3').getByRole('button', { name: 'Done' }).click();
  await other.page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await expect(entry(page, 'close bar 3')).toContainText('Done: Ana');
});
