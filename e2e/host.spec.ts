import { rmSync } from 'node:fs';
import { WebSocket } from 'ws';
import {
  asAdministrator,
  atTraining,
  expect,
  openSignedIn,
  type RunningConsole,
  signIn,
  startConsole,
  test,
} from './support/console.ts';
import { makeDataDir } from './support/data-dir.ts';

test.use({ seed: '5' });

const tokenOf = (address: string): string => new URL(address).hash.replace('#token=', '');

/** What becomes of a socket that offers this: its first message, or how it ended. */
const enter = (running: RunningConsole, offer: string, headers: Record<string, string> = {}, message?: string) => {
  const { origin, host } = new URL(running.address);
  return new Promise<string | number>((resolve) => {
    const socket = new WebSocket(`ws://${host}/socket`, ['regie', offer], { headers: { origin, ...headers } });
    socket.on('message', (data) => {
      if (message === undefined) {
        resolve(String(data));
        socket.close();
      } else socket.send(message);
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', resolve);
  });
};

test('nobody gets in without a token of this launch, twice with one, from another host or another page', async ({
  console: running,
  request,
}) => {
  const { origin } = new URL(running.address);
  const page = await request.get(`${origin}/`);
  expect(page.status()).toBe(200);
  expect(page.headers()['set-cookie']).toBeUndefined();
  expect(page.headers()['content-security-policy']).toContain("default-src 'none'");
  expect((await request.get(`${origin}/`, { headers: { host: 'evil.example' } })).status()).toBe(403);
  expect((await request.get(`${origin}/..%2f..%2fpackage.json`)).status()).not.toBe(200);

  expect(await enter(running, 'token.guess')).toBe(4401);
  const token = tokenOf(running.address);
  expect(await enter(running, `token.${token}`, { origin: 'http://evil.example' })).toContain('403');
  const { session } = JSON.parse(String(await enter(running, `token.${token}`)));
  expect(await enter(running, `token.${token}`)).toBe(4401);
  expect(await enter(running, `session.${session}`)).toBe('{"session":""}');
});

test('a message that is no call closes the socket and nothing else', async ({ console: running, request }) => {
  for (const message of [
    'not json',
    '{"id":"x"}',
    JSON.stringify({ id: 1, call: 'a', input: 'x'.repeat(17_000_000) }),
    `{"id":1,"call":"outbox.get","input":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  ]) {
    const ended = await enter(running, `token.${tokenOf(running.address)}`, {}, message);
    expect([1007, 1009]).toContain(ended);
  }
  expect((await request.get(`${new URL(running.address).origin}/`)).status()).toBe(200);
});

test('a tab is signed in for itself: a reload finds it again, and locking another one leaves it alone', async ({
  console: running,
  page,
  browser,
}) => {
  await openSignedIn(page, running.address);
  const other = await browser.newPage();
  await openSignedIn(other, running.address);
  await other.keyboard.press('Control+l');
  await expect(other.getByRole('button', { name: 'Locked: sign in' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Signed in as Léa. Change' })).toBeVisible();
  expect(await page.evaluate(() => [location.href.includes('token'), document.cookie])).toEqual([false, '']);
  // Without what the tab knows there is no way in: a page on another port of this machine has no part of it.
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await expect(page.getByText('This browser is not connected to Regie.')).toBeVisible();
  await other.close();
});

test('a second start in the same folder is refused; after kill -9 everything is there', async ({ page }) => {
  const dataDir = makeDataDir();
  let running = await startConsole(dataDir);
  await expect(startConsole(dataDir)).rejects.toThrow(/Another Regie is already running in .* --data-dir/);
  await openSignedIn(page, running.address);
  await atTraining(page, (controls) => expect(controls.getByText(/[1-9]\d* transactions/)).toBeVisible());
  const count = () =>
    asAdministrator(dataDir, async (client) =>
      Number((await client.query('select count(*) from app_transaction_log')).rows[0].count),
    );
  const before = await count();
  await running.stop('SIGKILL');
  running = await startConsole(dataDir);
  expect(await count()).toBeGreaterThanOrEqual(before);
  await page.goto(running.address);
  await signIn(page, 'Léa');
  await expect(page.getByRole('button', { name: /^Live, detecting/ })).toBeVisible();
  expect(await running.stop()).toBe(0);
  rmSync(dataDir, { recursive: true, force: true });
});

test('wrong options are explained in a sentence', async () => {
  const dataDir = makeDataDir();
  await expect(startConsole(dataDir, '--prot', '80')).rejects.toThrow(
    /exit 2: Unknown option '--prot'.*Known options/s,
  );
  await expect(startConsole(dataDir, '--port', 'x')).rejects.toThrow(/exit 2: --port must be a number/);
  await expect(startConsole(dataDir, '--database', 'mysql://x')).rejects.toThrow(/exit 2: .*postgres:\/\//);
  rmSync(dataDir, { recursive: true, force: true });
});
