import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { openReceivers, type Receivers } from '../testing/receivers.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';

let receivers: Receivers;
let heartbeat: Heartbeat;
let displayedAt: string | null;
const logged: unknown[] = [];
const log = { info: (...words: unknown[]) => logged.push(words), warn: (...words: unknown[]) => logged.push(words) };
const SECRET = '/ping/c0ffee-secret';

beforeEach(async () => {
  logged.length = 0;
  displayedAt = null;
  receivers = await openReceivers();
  heartbeat = startHeartbeat({
    ...{ url: `${receivers.http}${SECRET}`, log, everyMs: 20 },
    displayedAt: () => displayedAt,
    instant: () => new Date().toISOString(),
    clock: { monotonic: () => performance.now() },
  });
});
afterEach(async () => {
  await heartbeat.close();
  await receivers.close();
});

let canaries = 0;
const displayCanary = (): void => {
  canaries += 1;
  displayedAt = `2026-07-03T21:00:${String(canaries).padStart(2, '0')}.000Z`;
};
const received = (count: number) => eventually(() => expect(receivers.requests).toHaveLength(count));

describe('the heartbeat', () => {
  it('is sent once for a canary that was displayed, and not again before the next one', async () => {
    displayCanary();
    await received(1);
    expect(receivers.requests[0]?.path).toBe(SECRET);
    await eventually(() => expect(heartbeat.view().sentAt).not.toBeNull());
    // The next one is its own proof that none came in between.
    displayCanary();
    await received(2);
    expect(heartbeat.view().failing).toBeNull();
  });

  it('that is refused is told, once in the log and without its address, until one is received', async () => {
    receivers.answer(404);
    displayCanary();
    await eventually(() =>
      expect(heartbeat.view().failing).toMatchObject({ reason: { code: 'refused', detail: '404' } }),
    );
    const since = heartbeat.view().failing?.since;
    displayCanary();
    await received(2);
    expect(heartbeat.view().failing?.since).toBe(since);
    expect(logged).toHaveLength(1);
    receivers.answer(200);
    displayCanary();
    await eventually(() => expect(heartbeat.view()).toMatchObject({ failing: null, sentAt: expect.any(String) }));
    expect(JSON.stringify(logged)).not.toContain(SECRET);
  });

  it('goes nowhere else when it is told to', async () => {
    receivers.redirectTo(`${receivers.http}/elsewhere`);
    displayCanary();
    await eventually(() => expect(heartbeat.view().failing?.reason.code).toBe('refused'));
    expect(receivers.requests.map(({ path }) => path)).toEqual([SECRET]);
  });
});
