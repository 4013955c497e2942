import { rmSync } from 'node:fs';
import { WebSocket } from 'ws';
import { asAdministrator, expect, makeDataDir, openSignedIn, signIn, startConsole, test } from './support/console.ts';

test('no request gets in without this launch’s token, from another host or another page', async ({
  console: running,
  request,
}) => {
  const { origin, host } = new URL(running.address);
  expect((await request.get(`${origin}/`)).status()).toBe(403);
  expect((await request.get(`${origin}/?token=guess`)).status()).toBe(403);
  const entered = await request.get(running.address, { maxRedirects: 0 });
  expect(entered.status()).toBe(302);
  const cookie = entered.headers()['set-cookie']?.split(';')[0] ?? '';
  expect(entered.headers()['set-cookie']).toMatch(/HttpOnly.*SameSite=Strict/i);
  const page = await request.get(`${origin}/`, { headers: { cookie } });
  expect(page.status()).toBe(200);
  expect(page.headers()['content-security-policy']).toContain("default-src 'none'");
  expect((await request.get(`${origin}/`, { headers: { cookie, host: 'evil.example' } })).status()).toBe(403);
  expect((await request.get(`${origin}/..%2f..%2fpackage.json`, { headers: { cookie } })).status()).not.toBe(200);

  const upgrade = (headers: Record<string, string>) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`ws://${host}/socket`, { headers });
      socket.on('open', () => {
        resolve('open');
        socket.close();
      });
      socket.on('error', (error) => resolve(error.message));
    });
  expect(await upgrade({ origin })).toContain('403');
  expect(await upgrade({ cookie, origin: 'http://evil.example' })).toContain('403');
  expect(await upgrade({ cookie, origin })).toBe('open');
});

test('a message that is no call closes the socket and nothing else', async ({ console: running, request }) => {
  const { origin, host } = new URL(running.address);
  const cookie = (await request.get(running.address, { maxRedirects: 0 })).headers()['set-cookie']?.split(';')[0] ?? '';
  for (const message of [
    'not json',
    '{"id":"x"}',
    JSON.stringify({ id: 1, call: 'a', input: 'x'.repeat(17_000_000) }),
  ]) {
    const socket = new WebSocket(`ws://${host}/socket`, { headers: { cookie, origin } });
    const code = await new Promise<number>((resolve) => {
      socket.on('open', () => socket.send(message));
      socket.on('error', () => undefined);
      socket.on('close', resolve);
    });
    expect([1007, 1009]).toContain(code);
  }
  expect((await request.get(`${origin}/`, { headers: { cookie } })).status()).toBe(200);
});

test('a second start in the same folder is refused; after kill -9 everything is there', async ({ page }) => {
  const dataDir = makeDataDir();
  let running = await startConsole(dataDir);
  await expect(startConsole(dataDir)).rejects.toThrow(/Another Regie is already running in .* --data-dir/);
  await openSignedIn(page, running.address);
  await expect(page.getByText(/[1-9]\d* transactions/)).toBeVisible();
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
  await expect(page.getByText('Detecting')).toBeVisible();
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
