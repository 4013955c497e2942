import { beforeEach, describe, expect, it } from 'vitest';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { TestDatabase } from '../testing/database.ts';
import { createTestEngine } from '../testing/engine.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { BLIND_MS } from './canary.ts';
import { createCanaryWatch } from './canary-watch.ts';
import type { Engine } from './engine.ts';

let database: TestDatabase;
let engine: Engine;
let moved: number;
let stopped: boolean;
let watched: { at: number; monotonic: number } | null;

beforeEach(async () => {
  database = await borrowTestDatabase();
  engine = createTestEngine({ database, errors: [] });
  moved = 0;
  stopped = false;
  watched = { at: Date.now(), monotonic: performance.now() };
  return () => database.close();
});

const watchOf = (laptop: string) => {
  const events: RegieEvent[] = [];
  const watch = createCanaryWatch({
    database: database.festival,
    laptop,
    clock: { now: () => Date.now() + moved, monotonic: () => performance.now() + moved },
    clockOffsetMs: () => -moved,
    stopped: () => stopped,
    watched: () => watched,
    publish: (event) => events.push(event),
    log: { warn: () => undefined },
  });
  return { ...watch, probes: () => events.flatMap((event) => (event.event === 'canary' ? [event.probeId] : [])) };
};
const plant = async () => {
  await engine.runCycle('canary');
  await engine.runCycle('tail');
};

describe('a canary', () => {
  it('is handed to the renderer once, and its painting is recorded', async () => {
    const watch = watchOf('booth-1');
    await watch.poll();
    expect(watch.probes()).toEqual([]);
    await plant();
    await watch.poll();
    await watch.poll();
    expect(watch.probes()).toEqual([1]);
    await watch.displayed(1);
    const { rows } = await database.admin.query(
      `select laptop, planted_at <= read_at and read_at <= detected_at and received_at <= displayed_at as in_order
       from console.canary_sightings join console.canary_probes using (probe_id)`,
    );
    expect(rows).toEqual([{ laptop: 'booth-1', in_order: true }]);
  });

  it('that was found long ago is no sign of one who finds now, as after a start', async () => {
    await plant();
    await database.admin.query(`update console.canary_probes set detected_at = now() - interval '31 seconds'`);
    const watch = watchOf('booth-1');
    await watch.poll();
    expect([watch.probes(), watch.sight().noneCame]).toEqual([[], true]);
    await plant();
    await watch.poll();
    expect([watch.probes(), watch.sight().noneCame]).toEqual([[2], false]);
  });

  it('that was planted and not found reaches no screen', async () => {
    const watch = watchOf('booth-1');
    await engine.runCycle('canary');
    await watch.poll();
    expect(watch.probes()).toEqual([]);
  });

  it('that does not come, or is not displayed, makes a screen blind since the last one', async () => {
    const watch = watchOf('booth-1');
    await plant();
    await watch.poll();
    await watch.displayed(1);
    const seen = watch.status().lastDisplayedAt;
    await plant();
    await watch.poll();
    moved = BLIND_MS + 1;
    expect(watch.status()).toMatchObject({ lastDisplayedAt: seen, blindSince: seen });
    await watch.displayed(2);
    expect(watch.status().blindSince).toBeNull();
  });

  it('that came while no page was in view has been missed by none; the time counts from when one is', async () => {
    const watch = watchOf('booth-1');
    await plant();
    await watch.poll();
    await watch.displayed(1);
    watched = null;
    moved = 10 * BLIND_MS;
    expect(watch.status().blindSince).toBeNull();
    const back = { at: Date.now() + moved, monotonic: performance.now() + moved };
    watched = back;
    expect(watch.status().blindSince).toBeNull();
    moved += BLIND_MS + 1;
    expect(watch.status().blindSince).toBe(new Date(back.at - moved).toISOString());
  });

  it('that does not reach one laptop is shown on every other, while that laptop is connected', async () => {
    const [first, second] = [watchOf('booth-1'), watchOf('booth-2')];
    await plant();
    await database.admin.query(
      `insert into console.laptops (laptop, seen_at, watched_since)
       select laptop, now(), now() - interval '1 hour' from unnest(array['booth-1', 'booth-2']) as laptop`,
    );
    for (const watch of [first, second]) {
      await watch.poll();
      await watch.displayed(1);
    }
    await first.pollOthers();
    expect(first.status().others).toEqual([]);
    await database.admin.query(
      `update console.canary_sightings set displayed_at = now() - interval '50 seconds' where laptop = 'booth-2'`,
    );
    await first.pollOthers();
    expect(first.status().others).toMatchObject([{ laptop: 'booth-2' }]);
    // Its page was away, and has come back a moment ago.
    for (const since of ['null', `now() - interval '10 seconds'`]) {
      await database.admin.query(`update console.laptops set watched_since = ${since} where laptop = 'booth-2'`);
      await first.pollOthers();
      expect(first.status().others, since).toEqual([]);
    }
    await database.admin.query(`update console.laptops set watched_since = now() - interval '46 seconds'`);
    await first.pollOthers();
    expect(first.status().others).toMatchObject([{ laptop: 'booth-2' }]);
    await database.admin.query(
      `update console.laptops set seen_at = now() - interval '31 seconds' where laptop = 'booth-2'`,
    );
    await first.pollOthers();
    expect(first.status().others).toEqual([]);
  });
});
