import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  endTrouble,
  endTroublesOfGone,
  type Reported,
  readTroubles,
  reportTrouble,
  type TroubleReport,
} from '../../electron/operations/troubles/troubles.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { TROUBLE_KINDS, TROUBLES } from '../../shared/domain/troubles.ts';
import { detectorTexts } from '../../shared/i18n/detectors.ts';
import { runbookFor } from '../../shared/runbooks/index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.admin.query('truncate console.troubles, monitoring_events cascade');
  await database.admin.query(`insert into console.laptops (laptop, seen_at) values ('booth-1', now()), ('booth-2', now())
    on conflict (laptop) do update set seen_at = now()`);
});

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const aReport = (report: Partial<TroubleReport> = {}): TroubleReport => ({
  operationId: randomUUID(),
  ...{ kind: 'breaker_open', subject: '', laptop: 'booth-1', facts: {} },
  ...{ startedAt: minutesAgo(5), raisedAt: minutesAgo(5), endedAt: null },
  ...report,
});
const send = (report: TroubleReport): Promise<Reported> => database.festival.write((tx) => reportTrouble(tx, report));
const rows = async (text: string): Promise<unknown[]> => (await database.admin.query(text)).rows;
const events = () =>
  rows(
    `select detection_algorithm as kind, severity, status, resolution_notes as note from monitoring_events order by event_id`,
  );

describe('a trouble', () => {
  it('has the severity of its kind, a text and a runbook', async () => {
    const kinds = await rows(`select kind, console.trouble_severity(kind) as severity
      from unnest(array['${[...TROUBLE_KINDS, 'other'].join("','")}']) as kind`);
    expect(kinds).toEqual([
      ...TROUBLE_KINDS.map((kind) => ({ kind, severity: TROUBLES[kind].severity })),
      { kind: 'other', severity: null },
    ]);
    const lacking = TROUBLE_KINDS.filter((kind) => !(kind in detectorTexts.en) || runbookFor(kind) === undefined);
    expect(lacking).toEqual([]);
  });

  it('is an alert, once for all laptops, and over when it is for all of them', async () => {
    const [first, second] = [aReport(), aReport({ laptop: 'booth-2', startedAt: minutesAgo(4) })];
    const raised = await send(first);
    expect(raised).toMatchObject({ open: true });
    expect(await send(first)).toEqual(raised);
    expect(await send(second)).toEqual(raised);
    expect(await events()).toEqual([{ kind: 'breaker_open', severity: 'CRITICAL', status: 'OPEN', note: null }]);
    expect(await database.festival.read(readTroubles)).toMatchObject([{ kind: 'breaker_open', subject: '' }]);

    await send({ ...first, endedAt: minutesAgo(2) });
    expect(await events()).toMatchObject([{ status: 'OPEN' }]);
    await send({ ...second, endedAt: minutesAgo(1) });
    expect(await events()).toMatchObject([
      { status: 'RESOLVED', note: expect.stringMatching(/^Over after 00:0[34]:\d\d$/) },
    ]);
    expect(await database.festival.read(readTroubles)).toEqual([]);
    expect(
      await rows(`select level.alert_level, level.resolved_at is not null as resolved, line.kinds, trail.actions
        from alert_history level,
          (select jsonb_agg(kind order by entry_id) as kinds from console.timeline) as line,
          (select jsonb_agg(action order by seq) as actions from console.audit where action like 'event%') as trail`),
    ).toEqual([
      {
        ...{ alert_level: 'CRITICAL', resolved: true, kinds: ['detected', 'resolved'] },
        actions: ['event_raised', 'event_cleared'],
      },
    ]);
  });

  it('that comes back is another alert', async () => {
    const first = aReport();
    await send(first);
    await send({ ...first, endedAt: minutesAgo(3) });
    await send(aReport({ startedAt: minutesAgo(1) }));
    expect(await events()).toMatchObject([{ status: 'RESOLVED' }, { status: 'OPEN' }]);
  });

  it('that a laptop kept while it was cut off becomes one record with its beginning and end', async () => {
    const kept = aReport({ kind: 'link_lost', subject: 'booth-1', startedAt: minutesAgo(30), endedAt: minutesAgo(10) });
    const [one, two] = await Promise.all([send(kept), send(kept)]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ open: false });
    expect(await events()).toMatchObject([{ kind: 'link_lost', severity: 'HIGH', status: 'RESOLVED' }]);
    expect(
      await rows(`select round(extract(epoch from now() - started_at) / 60)::int as began,
        round(extract(epoch from now() - ended_at) / 60)::int as over, (event_data ->> 'lasted_seconds')::int as lasted
        from console.troubles join monitoring_events using (event_id)`),
    ).toEqual([{ began: 30, over: 10, lasted: 1_200 }]);
  });

  it('that two laptops kept at the same time is one', async () => {
    const kept = { kind: 'database_read_only', startedAt: minutesAgo(9), endedAt: minutesAgo(4) } as const;
    await send(aReport(kept));
    await send(aReport({ ...kept, laptop: 'booth-2', startedAt: minutesAgo(10), endedAt: minutesAgo(3) }));
    expect(
      await rows(`select round(extract(epoch from ended_at - started_at) / 60)::int as minutes from console.troubles`),
    ).toEqual([{ minutes: 7 }]);
  });

  it('about a laptop that nobody knows is refused, and so is an unknown kind', async () => {
    expect(await send(aReport({ kind: 'disk_low', subject: 'elsewhere' }))).toEqual({ refused: 'laptop_unknown' });
    const write = (kind: string) =>
      database.festival.write((tx) => reportTrouble(tx, { ...aReport(), kind: kind as never }));
    await expect(write('balance_mismatch_detection')).rejects.toMatchObject({ code: '42501' });
    await expect(send(aReport({ facts: { words: 'x'.repeat(5_000) } }))).rejects.toMatchObject({ code: '42501' });
    expect(await events()).toEqual([]);
  });

  it('of a laptop that is gone ends with it', async () => {
    await send(aReport({ kind: 'disk_low', subject: 'booth-2', laptop: 'booth-2', startedAt: minutesAgo(60) }));
    await database.festival.write((tx) => endTroublesOfGone(tx, 'booth-1'));
    expect(await events()).toMatchObject([{ status: 'OPEN' }]);
    await database.admin.query(
      `update console.laptops set seen_at = now() - interval '11 minutes' where laptop = 'booth-2'`,
    );
    await database.festival.write((tx) => endTroublesOfGone(tx, 'booth-1'));
    expect(await events()).toMatchObject([{ status: 'RESOLVED' }]);
  });

  it('of the backup ends for everybody with the next good one', async () => {
    await send(aReport({ kind: 'backup_failed' }));
    await send(aReport({ kind: 'backup_failed', laptop: 'booth-2' }));
    const end = () => database.festival.write((tx) => endTrouble(tx, { kind: 'backup_failed', laptop: 'booth-2' }));
    expect([await end(), await end()]).toEqual([true, false]);
    expect(await events()).toMatchObject([{ status: 'RESOLVED' }]);
  });
});
