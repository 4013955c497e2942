import { describe, expect, it } from 'vitest';
import { builtinChecklist } from '../../shared/checklists/index.ts';
import { engineWorld } from '../testing/engine-world.ts';
import { overdue } from './checklist-watch.ts';

const world = engineWorld();
const run = async (text: string, values: unknown[] = []) => (await world.database.admin.query(text, values)).rows;
const watch = () => world.engine.runCycle('watch');
const alerts = async () =>
  (await world.events('checklist_unsigned')).map(({ severity, event_data: { list } }) => `${severity} ${list}`);
const openKeys = async () =>
  (
    await run(`select finding_key from console.findings where algorithm = 'checklist_unsigned' and cleared_at is null`)
  ).map(({ finding_key }) => finding_key);

describe('a checklist whose time ended without a signature', () => {
  it('is one LOW alert, which ends with the signature; nothing is late before somebody has set the days', async () => {
    await watch();
    expect(await alerts()).toEqual([]);
    // It opened an hour ago, for twelve hours, in the zone of the festival; the day is the one of its opening.
    await run(`update console.festival_settings set time_zone = 'UTC'`);
    const [day] = await run(`update console.checklist_settings set
        opens = date_trunc('minute', now() at time zone 'utc' - interval '1 hour')::time,
        closes = date_trunc('minute', now() at time zone 'utc' + interval '11 hours')::time,
        first_day = (now() at time zone 'utc' - interval '1 hour')::date, last_day = (now() at time zone 'utc' + interval '3 days')::date,
        changed_at = now() - interval '1 day' returning first_day::text as day`);
    await watch();
    await watch();
    expect(await alerts()).toEqual(expect.arrayContaining(['LOW morning', 'LOW festival-start']));
    expect((await alerts()).filter((one) => one === 'LOW morning')).toHaveLength(1);
    expect(await openKeys()).toContain(`checklist_unsigned:morning:${day.day}`);

    await run(
      `insert into console.checklist_runs (list_id, window_key, list, started_at, started_by, started_by_id, laptop, operation_id, hash)
       values ('morning', $1, $2, now(), 'Léa', gen_random_uuid(), 'booth-1', gen_random_uuid(), '\\x00')`,
      [day.day, JSON.stringify(builtinChecklist('morning'))],
    );
    await run(
      `insert into console.checklist_entries (list_id, window_key, seq, entry_id, act, evidence, at, actor, role, laptop, login,
         previous_hash, hash)
       values ('morning', $1, 1, gen_random_uuid(), 'signed', '{}', now(), 'Léa', 'supervisor', 'booth-1', 'regie', '\\x00', '\\x00')`,
      [day.day],
    );
    await watch();
    expect(await openKeys()).not.toContain(`checklist_unsigned:morning:${day.day}`);
  });

  it('is so from its due time on for a day, also over midnight and when the next one goes on', () => {
    const times = { opens: '14:00', closes: '04:00', firstDay: '2026-07-03', lastDay: '2026-07-05' };
    const keys = (list: string, now: string) =>
      overdue(builtinChecklist(list), {
        ...{ times, zone: 'Europe/Paris', nowMs: Date.parse(now), saidMs: Date.parse('2026-07-01T12:00:00+02:00') },
      }).map(({ windowKey }) => windowKey);
    expect(keys('morning', '2026-07-03T13:59:00+02:00')).toEqual([]);
    expect(keys('morning', '2026-07-03T14:00:00+02:00')).toEqual(['2026-07-03']);
    // After closing the next day's goes on.
    expect(keys('morning', '2026-07-04T05:00:00+02:00')).toEqual(['2026-07-03']);
    expect(keys('morning', '2026-07-04T14:01:00+02:00')).toEqual(['2026-07-04']);
    expect(keys('evening', '2026-07-04T05:59:00+02:00')).toEqual([]);
    expect(keys('evening', '2026-07-04T06:00:00+02:00')).toEqual(['2026-07-03']);
    expect(keys('weekly', '2026-07-06T00:00:00+02:00')).toEqual(['2026-W27']);
    expect(keys('weekly', '2026-07-07T00:00:00+02:00')).toEqual([]);
    expect(keys('festival-start', '2026-07-03T15:00:00+02:00')).toEqual(['festival-2026']);
  });
});
