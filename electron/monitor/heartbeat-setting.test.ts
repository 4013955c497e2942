import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answered, failed } from '../../shared/contract/errors.ts';
import { eventually } from '../testing/eventually.ts';
import { openReceivers, type Receivers } from '../testing/receivers.ts';
import { createHeartbeatSetting, type HeartbeatSetting } from './heartbeat-setting.ts';

const SECRET = '/ping/c0ffee-secret';
const instant = () => '2026-07-03T21:00:00.000Z';
let receivers: Receivers;
let dataDir: string;
let setting: HeartbeatSetting;
let canaries = 0;
const logged: unknown[] = [];
const log = { info: (...words: unknown[]) => logged.push(words), warn: (...words: unknown[]) => logged.push(words) };

const open = (given?: string): void => {
  setting = createHeartbeatSetting({
    ...{ dataDir, given, instant, log, everyMs: 20, clock: { monotonic: () => performance.now() } },
    // A canary is displayed whenever it is looked for.
    displayedAt: () => {
      canaries += 1;
      return `canary ${canaries}`;
    },
  });
  setting.start();
};
const paths = () => new Set(receivers.requests.map(({ path }) => path));

beforeEach(async () => {
  logged.length = 0;
  receivers = await openReceivers();
  dataDir = mkdtempSync(join(tmpdir(), 'regie-heartbeat-'));
});
afterEach(async () => {
  await setting.close();
  await receivers.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the address of the heartbeat', () => {
  it('is set and removed while Regie runs, survives a restart, and is never given out again', async () => {
    open();
    expect(setting.view()).toEqual({ heartbeat: null, heartbeatFrom: null });
    expect(setting.set(`${receivers.http}${SECRET}`, 'Noé')).toEqual(answered({}));
    await eventually(() => expect(setting.view().heartbeat?.sentAt).toBe(instant()));
    expect(setting.view().heartbeatFrom).toBe('setting');
    expect(readdirSync(dataDir)).toEqual(['heartbeat-url']);
    if (process.platform !== 'win32') {
      expect(statSync(join(dataDir, 'heartbeat-url')).mode & 0o777).toBe(0o600);
    }
    await setting.close();

    open();
    const before = receivers.requests.length;
    await eventually(() => expect(receivers.requests.length).toBeGreaterThan(before));
    expect(setting.set(`${receivers.http}/ping/another`, 'Noé')).toEqual(answered({}));
    await eventually(() => expect([...paths()]).toEqual([SECRET, '/ping/another']));
    receivers.answer(404);
    await eventually(() => expect(setting.view().heartbeat?.failing).not.toBeNull());
    expect(JSON.stringify([setting.view(), logged])).not.toMatch(/c0ffee|another/);
    expect(setting.set(null, 'Noé')).toEqual(answered({}));
    expect(setting.view()).toEqual({ heartbeat: null, heartbeatFrom: null });
    expect(readdirSync(dataDir)).toEqual([]);
    expect(logged).toContainEqual(['the address of the heartbeat was set', { by: 'Noé' }]);
    expect(logged.at(-1)).toEqual(['the heartbeat was switched off', { by: 'Noé' }]);
  });

  it('stays as it was where the new one cannot be written', async () => {
    open();
    setting.set(`${receivers.http}${SECRET}`, 'Noé');
    // Nothing can be renamed over a folder, by whichever user.
    rmSync(join(dataDir, 'heartbeat-url'));
    mkdirSync(join(dataDir, 'heartbeat-url', 'in the way'), { recursive: true });
    const refused = setting.set(`${receivers.http}/ping/another`, 'Noé');
    expect(refused.ok ? null : refused.error.code).toBe('heartbeat_not_saved');
    expect(logged.at(-1)).toEqual([
      'where the heartbeat goes could not be saved',
      { by: 'Noé', code: expect.any(String) },
    ]);
    expect(setting.set(null, 'Noé').ok).toBe(false);
    expect(readdirSync(dataDir)).toEqual(['heartbeat-url']);
    const before = receivers.requests.length;
    await eventually(() => expect(receivers.requests.length).toBeGreaterThan(before));
    expect([...paths()]).toEqual([SECRET]);
  });

  it.runIf(existsSync('/dev/full'))('stays as it was on a full disk, which is said', () => {
    open();
    symlinkSync('/dev/full', join(dataDir, 'heartbeat-url.new'));
    expect(setting.set(`${receivers.http}${SECRET}`, 'Noé')).toEqual(failed('disk_full'));
    expect(setting.view()).toEqual({ heartbeat: null, heartbeatFrom: null });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('is tried before it is saved, and what the receiver answered is said', async () => {
    open();
    const typed = `${receivers.http}${SECRET}`;
    expect(await setting.test(null)).toEqual(failed('heartbeat_address'));
    expect(await setting.test(typed)).toEqual(answered({ at: instant(), refused: null }));
    receivers.answer(410);
    expect(await setting.test(typed)).toEqual(answered({ at: instant(), refused: { code: 'refused', detail: '410' } }));
    expect(receivers.requests).toHaveLength(2);
    expect(setting.view().heartbeatFrom).toBeNull();
  });

  it.each(['http://hc.example/ping', 'hc.example', 'ftp://hc.example/ping'])('is not %s', async (address) => {
    open();
    expect(setting.set(address, 'Noé')).toEqual(failed('heartbeat_address'));
    expect(await setting.test(address)).toEqual(failed('heartbeat_address'));
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('is that of the environment where it names one, which no setting changes', async () => {
    open();
    setting.set(`${receivers.http}/ping/set`, 'Noé');
    await setting.close();
    open(`${receivers.http}${SECRET}`);
    await eventually(() => expect(paths()).toContain(SECRET));
    expect(setting.view().heartbeatFrom).toBe('environment');
    expect(setting.set(null, 'Noé')).toEqual(failed('heartbeat_from_environment'));
    expect(readdirSync(dataDir)).toEqual(['heartbeat-url']);
  });
});
