import { describe, expect, it } from 'vitest';
import { insertEvent } from '../testing/alerts.ts';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const run = async (text: string, values: unknown[] = []) => (await world.database.admin.query(text, values)).rows;
const record = () => world.engine.runCycle('watch');
/** Alerts ten seconds apart, the first so many minutes ago. */
const alerts = async (count: number, minutesAgo: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    const eventId = await insertEvent(world.database);
    await run(
      `update monitoring_events set detection_timestamp = now() - make_interval(mins => $2, secs => $3 * -10) where event_id = $1`,
      [eventId, minutesAgo, n],
    );
  }
};
const floods = () =>
  run(
    'select alarms, ended_at is not null as over, to_jsonb(people) as people, cause from console.floods order by since',
  );
const trail = async () =>
  (
    await run(`select action, data ->> 'alarms' as alarms from console.audit where action like 'flood_%' order by seq`)
  ).map(({ action, alarms }) => (alarms === null ? action : `${action} ${alarms}`));

describe('a flood of alerts', () => {
  it('is recorded once, as it begins, grows and ends, with its cause and who was there', async () => {
    await alerts(10, 5);
    await record();
    expect(await floods()).toEqual([]);
    await alerts(2, 2);
    await run(
      `insert into console.attendance (period, operator)
       select floor(extract(epoch from now()) / 600)::bigint - n, name from (values (0, 'Léa'), (0, 'Noé'), (40, 'Ada')) as v (n, name)`,
    );
    await record();
    await record();
    expect(await floods()).toEqual([{ alarms: 12, over: false, people: ['Léa', 'Noé'], cause: null }]);
    expect(await trail()).toEqual(['flood_began']);

    await alerts(3, 1);
    await run(`update monitoring_events set event_data = event_data || '{"flood_cause": {"found": "none"}}'
      where event_id = (select first_event_id from console.floods)`);
    await record();
    expect(await floods()).toMatchObject([{ alarms: 15, over: false, cause: { found: 'none' } }]);

    // Twenty minutes later, on another laptop.
    await run(`update monitoring_events set detection_timestamp = detection_timestamp - interval '20 minutes'`);
    await run(`update console.floods set since = since - interval '20 minutes'`);
    const next = world.createEngine({ laptop: 'booth-9' });
    await next.runCycle('watch');
    await next.runCycle('watch');
    expect(await floods()).toMatchObject([{ alarms: 15, over: true }]);
    expect(await trail()).toEqual(['flood_began', 'flood_ended 15']);

    await alerts(11, 3);
    await next.runCycle('watch');
    expect(await floods()).toMatchObject([{ over: true }, { alarms: 11, over: false }]);
  });

  it('ends when its alerts were merged, and is recorded whole where nothing ran while it lasted', async () => {
    await alerts(12, 60);
    await record();
    expect(await floods()).toMatchObject([{ alarms: 12, over: true }]);
    expect(await trail()).toEqual(['flood_began', 'flood_ended 12']);

    await alerts(12, 5);
    await record();
    await run(
      `update monitoring_events set severity = 'INFO' where detection_timestamp > now() - interval '30 minutes'`,
    );
    await record();
    await record();
    expect((await floods()).map(({ over }) => over)).toEqual([true, true]);
    expect(await trail()).toHaveLength(4);

    // They were parted again: it goes on, and is the same one.
    await run(
      `update monitoring_events set severity = 'CRITICAL' where detection_timestamp > now() - interval '30 minutes'`,
    );
    await record();
    await record();
    expect((await floods()).map(({ over }) => over)).toEqual([true, false]);
    expect(await trail()).toHaveLength(5);
  });
});
