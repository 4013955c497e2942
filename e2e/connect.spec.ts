import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import pg from 'pg';
import { festivalOf } from '../electron/testing/festival.ts';
import { PIN } from '../electron/testing/operators.ts';
import { openReceivers } from '../electron/testing/receivers.ts';
import { openPostgresServer } from '../electron/training/postgres-server.ts';
import { expect, expectAccessible, picture, signIn, startConsole, test } from './support/console.ts';
import { makeDataDir } from './support/data-dir.ts';
import { copyTemplate } from './support/festival-template.ts';
import { expectNothingCut } from './support/layout.ts';
import { openSettings } from './support/operators.ts';

/* A first festival, by clicking alone: from the first screen to the first alert. */
test.use({ seed: '117' });
test.describe.configure({ mode: 'serial' });

const ROOT = join(import.meta.dirname, '..');
const TABLES = readFileSync(join(ROOT, 'electron/training/festival-tables.sql'), 'utf8');
/** What an earlier system left, and what a host like Supabase switches on. */
const EARLIER = `${readFileSync(join(ROOT, 'electron/testing/earlier-monitoring.sql'), 'utf8')}
  alter table table_cards enable row level security; alter table table_cards force row level security;
  alter table app_transaction_log enable row level security; alter table monitoring_events enable row level security;`;

type Server = Awaited<ReturnType<typeof openPostgresServer>>;
let folder: string;
/** The festivals' own: the training festival's ends when it is left. */
let server: Server;
test.beforeAll(async () => {
  folder = makeDataDir();
  await copyTemplate(folder);
  const silent = () => undefined;
  server = await openPostgresServer({ dataDir: folder, log: { info: silent, warn: silent, error: silent } });
});
test.afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const inDatabase = async <T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const { host, port, user, password } = server.settings;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
const makeFestival = async (database: string, tables: string): Promise<void> => {
  await inDatabase('postgres', (client) => client.query(`create database ${database}`));
  await inDatabase(database, (client) => client.query(tables));
};

const nameWhere = async (page: Page, address: string): Promise<void> => {
  await page.getByLabel('Address').fill(address);
  await page.getByRole('button', { name: 'Next' }).click();
};
const testAs = async (page: Page, password: string): Promise<void> => {
  await page.getByLabel('User').fill('postgres');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
};
/** @returns the password that is shown once */
const prepareAs = async (page: Page, login: string): Promise<string> => {
  await page.getByLabel('Name of this laptop’s login').fill(login);
  await page.getByRole('button', { name: 'Prepare and connect' }).click();
  await expect(page.getByRole('heading', { name: 'Write this password down' })).toBeVisible();
  return page.locator('.connect-password pre').innerText();
};
const nameSupervisor = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Choose a PIN').fill(PIN);
  await page.getByLabel('Repeat PIN').fill(PIN);
  await page.getByRole('button', { name: 'Get started' }).click();
};
const firstAlert = async (page: Page, database: string): Promise<void> => {
  await inDatabase(database, async (admin) => {
    await festivalOf({ admin }).cardThatLost('04FIRST', 5, { left: 15 });
  });
  await page
    .getByRole('button', { name: 'To the alerts' })
    .or(page.getByRole('link', { name: 'Alerts' }))
    .first()
    .click();
  await expect(page.getByRole('row', { name: /Card 04FIRST lost/ })).toBeVisible();
};

test('from the first screen to the first alert', async ({ page, console: host }) => {
  await makeFestival('first_festival', TABLES);
  const { port, password } = server.settings;
  const receivers = await openReceivers();
  try {
    await page.goto(host.address);
    await page.getByRole('dialog').getByRole('button', { name: 'Connect a festival' }).click();
    await picture(page, '117-where');
    await page.getByLabel('Address').fill('mysql://db.example/festival');
    await expect(page.getByText('This address starts with “mysql://”', { exact: false })).toBeVisible();
    // A host that takes the connection and never says a word.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await nameWhere(page, `postgres://127.0.0.1:${(silent.address() as AddressInfo).port}/first_festival`);
    await testAs(page, password);
    await expect(page.getByText('The host is not responding.', { exact: false })).toBeVisible();
    silent.close();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await nameWhere(page, `postgres://127.0.0.1:${port}/first_festival`);
    const readOnly = (on: string) =>
      inDatabase('postgres', (client) =>
        client.query(`alter database first_festival set default_transaction_read_only = ${on}`),
      );
    await readOnly('on');
    await testAs(page, password);
    await expect(page.getByText('or its database is read-only.', { exact: false })).toBeVisible();
    await readOnly('off');
    await testAs(page, 'a wrong one');
    await expect(page.getByText('Wrong user or password.', { exact: false })).toBeVisible();
    await testAs(page, password);
    await expect(page.getByRole('heading', { name: 'What will be done' })).toBeVisible();
    await picture(page, '117-plan');
    await expectAccessible(page);
    await prepareAs(page, 'regie_first');
    await picture(page, '117-password');
    await page.getByRole('button', { name: 'I have written it down' }).click();

    await picture(page, '117-supervisor');
    await nameSupervisor(page, 'Zoé');
    await page.getByLabel('Festival name').fill('Nuits du Lac');
    await picture(page, '117-name');
    await page.getByRole('button', { name: 'Save' }).click();

    await page.getByLabel('A webhook of your own').check();
    await page.getByLabel('URL').fill(`${receivers.http}/hook`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByLabel('Via').last().selectOption('webhook');
    await page.getByRole('button', { name: 'Send a test' }).click();
    await expect.poll(() => receivers.requests.length).toBe(1);
    await picture(page, '117-contacts');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await picture(page, '117-checklist');
    await page.getByRole('button', { name: 'Start the checklist' }).click();
    await expect(page.getByRole('heading', { name: /^Festival start · / })).toBeVisible();
    await firstAlert(page, 'first_festival');
  } finally {
    await receivers.close();
  }
});

test('beside the tables of an earlier system, with row security on, and again after a kill', async ({
  page,
  console: host,
}) => {
  await makeFestival('earlier_festival', TABLES + EARLIER);
  const { port, password } = server.settings;
  await page.goto(host.address);
  await signIn(page, 'Zoé');
  await openSettings(page, 'Connection');
  await page.getByRole('link', { name: 'Set up this festival, step by step' }).click();
  await page.getByRole('button', { name: 'Where it is' }).click();
  await page.setViewportSize({ width: 1_024, height: 600 });
  await expectNothingCut(page, 'where');
  await nameWhere(page, `postgres://127.0.0.1:${port}/earlier_festival`);
  await testAs(page, password);
  await expect(
    page.getByText(/policy “regie” lets .*: app_transaction_log, monitoring_events, table_cards/),
  ).toBeVisible();
  await expectNothingCut(page, 'plan');
  await picture(page, '117-plan-secured');
  // The login of the other festival is on the same server, and stays as it is.
  await page.getByLabel('Name of this laptop’s login').fill('regie_first');
  await page.getByRole('button', { name: 'Prepare and connect' }).click();
  await expect(page.getByText('There is already a login regie_first', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  const generated = await prepareAs(page, 'regie_earlier');
  await page.getByRole('button', { name: 'I have written it down' }).click();
  await nameSupervisor(page, 'Ugo');
  await expect(page.getByRole('heading', { name: 'Festival', exact: true })).toBeVisible();
  await firstAlert(page, 'earlier_festival');

  // What nobody set is asked for again; the password is, where no keychain has it.
  await host.stop('SIGKILL');
  const again = await startConsole(host.dataDir);
  await page.goto(again.address);
  await page.getByLabel('Database password for', { exact: false }).fill(generated);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await signIn(page, 'Ugo');
  await page.goto(`${new URL(again.address).origin}/#/connect`);
  await expect(page.getByRole('listitem').filter({ hasText: 'Name and time zone' })).toHaveAttribute(
    'aria-current',
    'step',
  );
  await again.stop();
});
