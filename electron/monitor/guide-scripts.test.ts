import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../../shared/contract/calls.ts';
import { type Core, startCore } from '../core.ts';
import { appRoot } from '../lib/app-root.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { enrolLaptop, operatorIdOf, PIN } from '../testing/operators.ts';
import { openReceivers, type Receivers } from '../testing/receivers.ts';
import { TOKEN_FILE } from './token.ts';

/* A console on a real festival, asked by scripts as they would stand on somebody's server: one console goes through it all. */

/** In the folder beside the checkout. */
const GUIDE_NAME = 'operational-guide';
const GUIDE = join(appRoot(), '..', 'shared', `${GUIDE_NAME}.md`);
const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
/** The guide does not come with Regie: its scripts run where it lies beside the checkout, with the programs that they call. */
const missing = [
  ...(existsSync(GUIDE) ? [] : ['the guide beside the checkout']),
  ...['bash', 'curl', 'jq', 'bc', 'psql'].filter((program) => !isThere(program)),
];
const scripts = existsSync(GUIDE)
  ? [...readFileSync(GUIDE, 'utf8').matchAll(/```bash\n(#!\/bin\/bash\n.*?)```/gs)].map(([, text = '']) => text)
  : [];

const dataDir = mkdtempSync(join(tmpdir(), 'regie-monitor-'));
let database: TestDatabase;
let core: Core;
let receivers: Receivers;
let url: string;
let token: string;
/** Whether somebody looks at the page. */
let displays = false;
let newestCanary = 0;

const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};
const within = { interval: 200 };

beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query(`insert into system_health_snapshots (snapshot_timestamp, overall_health_status,
    total_transactions_last_hour, success_rate_percent) values (now(), 'HEALTHY', 812, 99.4)`);
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  receivers = await openReceivers();
  writeFileSync(join(dataDir, 'heartbeat-url'), `${receivers.http}/ping/secret\n`);
  core = await startCore({
    ...{ dataDir, laptop: 'booth-1', version: '0.0.0', connection: database.consoleSettings },
    monitor: { port: 0, address: '127.0.0.1' },
  });
  core.subscribe((event) => {
    if (event.event !== 'canary') return;
    newestCanary = event.probeId;
    if (displays) void core.call('canary.displayed', { probeId: newestCanary });
  });
  await eventually(() => ask('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN }), within);
  url = (await ask('outside.get', {})).http?.address ?? '';
  token = readFileSync(join(dataDir, TOKEN_FILE), 'utf8').trim();
});
afterAll(async () => {
  await core.close();
  await receivers.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Runs a script in this environment, as it stands. */
const run = async (args: readonly string[]) => {
  const { user, password, host, port, database: name } = database.adminSettings;
  const environment = {
    ...process.env,
    ...{ SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: token },
    ...{ REGIE_MONITOR_URL: url, REGIE_MONITOR_TOKEN: token },
    DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${name}`,
  };
  const ran = promisify(execFile)('bash', [...args], { env: environment, timeout: 120_000 });
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
};
const ownCheck = () => run([join(appRoot(), 'scripts', 'health-check.sh')]);
const morning = () => run(['-c', scripts[0] ?? '']);
const meta = () => run(['-c', scripts[1] ?? '']);
const get = async (path: string, accept = '*/*') => {
  const answer = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}`, Accept: accept } });
  return { status: answer.status, body: await answer.text() };
};
const FAILED = 'ALERT: Monitoring system health check failed';
const SILENT = 'ALERT: No system health events in last 10 minutes';
/** What stands between two steps of the morning script. */
const step = (output: string, number: number): string =>
  new RegExp(`^${number}\\. [^\\n]*\\n(.*?)(?=^(\\d\\. |===))`, 'ms').exec(output)?.[1]?.trim() ?? 'no such step';

const itRunsTheGuide = (name: string, test: () => Promise<void>): void => {
  it.skipIf(missing.length > 0)(`${name}${missing.length > 0 ? ` (missing: ${missing.join(', ')})` : ''}`, test);
};

describe('blind: nobody displays the canaries', () => {
  it('our own script says so', async () => {
    await eventually(async () => expect((await get('/readyz')).body).toContain('["canary_not_displayed'), within);
    const { code, stdout } = await ownCheck();
    expect(receivers.requests).toEqual([]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/NOT READY\n$/);
    expect(stdout).toContain('503 /functions/v1/monitoring-api/health {"status":"CRITICAL"');
  });

  itRunsTheGuide('the guide’s scripts say so', async () => {
    expect(scripts).toHaveLength(2);
    expect(step((await morning()).stdout, 1)).toBe('"CRITICAL"');
    expect((await meta()).stdout).toContain(FAILED);
  });
});

describe('healthy: canaries are displayed', () => {
  it('our own script says so', async () => {
    displays = true;
    await eventually(() => expect(newestCanary).toBeGreaterThan(0));
    await ask('canary.displayed', { probeId: newestCanary });
    const health = () => get('/functions/v1/monitoring/health');
    await eventually(async () => expect((await health()).body).toContain('"status":"HEALTHY"'), within);
    expect((await get('/readyz')).status).toBe(200);
    const { code, stdout } = await ownCheck();
    expect(stdout).toMatch(/READY\n$/);
    expect(code).toBe(0);
    expect(stdout).toContain('200 /functions/v1/monitoring-api/health {"status":"HEALTHY"');
    expect(stdout).toContain('"circuit_breaker":{"state":"CLOSED"');
  });

  itRunsTheGuide('the guide’s scripts say so', async () => {
    // The first snapshot of this console's own writes the event for which the guide's script looks.
    const events = () => database.admin.query(`select from monitoring_events where event_type = 'system_health'`);
    await eventually(async () => expect((await events()).rowCount).toBeGreaterThan(0), within);
    const { stdout, stderr } = await morning();
    expect(stderr).toBe('');
    expect(step(stdout, 1)).toBe('"HEALTHY"');
    expect(step(stdout, 2)).toContain('open_events');
    expect(step(stdout, 3)).toContain('HEALTHY');
    expect(step(stdout, 4)).toBe('"CLOSED"');
    expect(await meta()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('a heartbeat has left, to the address that only this user reads', async () => {
    await eventually(async () => expect((await ask('outside.get', {})).heartbeat?.sentAt).toMatch(/^\d/), within);
    expect(receivers.requests.map(({ path }) => path)).toEqual(['/ping/secret']);
    expect(statSync(join(dataDir, 'heartbeat-url')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'logs', 'regie.jsonl'), 'utf8')).not.toContain('secret');
  });

  it('the engine runs its next cycle when it is asked for as the guide asks', async () => {
    const { stdout } = await run([
      '-c',
      'curl -s -X POST "$SUPABASE_URL/functions/v1/monitoring/cycle" -H "Authorization: Bearer $SUPABASE_SERVICE_ROLE_KEY"',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ success: true, state: 'done', findings: 0 });
  });

  it('nothing of what is told names a person, and the token is in a file of its owner and in no log', async () => {
    const told = [await get('/metrics'), await get('/functions/v1/monitoring/status')].map(({ body }) => body).join();
    expect(told).toContain('regie_ready 1');
    expect(told).not.toContain('Léa');
    expect(statSync(join(dataDir, TOKEN_FILE)).mode & 0o777).toBe(0o600);
    expect(core.announcement.join()).toContain(url);
    expect(core.announcement.join()).not.toContain(token);
    expect(readFileSync(join(dataDir, 'logs', 'regie.jsonl'), 'utf8')).not.toContain(token);
  });
});

describe('stopped: somebody has stopped monitoring', () => {
  it('our own script says so', async () => {
    await ask('monitoring.stop', { operationId: uuid(), reason: 'the network is rebuilt' });
    await eventually(async () => expect((await get('/readyz')).body).toContain('"monitoring_stopped"'), within);
    const { code, stdout } = await ownCheck();
    expect(code).toBe(1);
    expect(stdout).toMatch(/NOT READY\n$/);
    expect(stdout).not.toContain('Léa');
  });

  itRunsTheGuide('the guide’s scripts say so', async () => {
    expect(step((await morning()).stdout, 1)).toBe('"CRITICAL"');
    expect((await meta()).stdout).toContain(FAILED);
  });
});

describe('dead: nobody answers', () => {
  it('our own script says so', async () => {
    await core.close();
    const { code, stdout } = await ownCheck();
    expect(code).toBe(2);
    expect(stdout).toMatch(/NO ANSWER\n$/);
  });

  itRunsTheGuide('the guide’s scripts say so, and ten minutes later that nothing is measured any more', async () => {
    expect(step((await morning()).stdout, 1)).toBe('');
    expect((await meta()).stdout).toBe(`${FAILED}\n`);
    await database.admin.query(`update monitoring_events set detection_timestamp = now() - interval '11 minutes'`);
    expect((await meta()).stdout).toBe(`${FAILED}\n${SILENT}\n`);
  });
});
