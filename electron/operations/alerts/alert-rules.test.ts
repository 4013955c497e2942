import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acknowledgementLeaseMs, EVENT_STATUSES, isOpen, SEVERITIES } from '../../../shared/domain/severity.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { submitAs } from '../../testing/submit.ts';
import { loadIncidents } from './incident-rows.ts';

/* Rules about alerts that TypeScript and SQL both need: each says the same on both sides. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const OPEN = EVENT_STATUSES.filter(isOpen);
const lists = (text: string): string[][] =>
  [...text.matchAll(/status\s+(?:not\s+)?in\s+\(([^)]*)\)/gi)].map(([, list = '']) =>
    [...list.matchAll(/'([A-Z_]+)'/g)].map(([, status = '']) => status),
  );
/** Those that name an open status mean an open event, but for the list of all that a column may have. */
const meanOpen = (list: readonly string[]): boolean =>
  list.some((status) => OPEN.some((open) => open === status)) && list.length !== EVENT_STATUSES.length;

describe('an open event', () => {
  it.each(EVENT_STATUSES)('that is %s is the same to the database and to the screens', async (status) => {
    const eventId = await insertEvent(database);
    await database.admin.query(
      `update public.monitoring_events set status = $2, resolved_at = case when $3 then null else now() end where event_id = $1`,
      [eventId, status, isOpen(status)],
    );
    const [incident] = await database.festival.read((tx) => loadIncidents(tx, [eventId]));
    expect(incident?.alert.open).toBe(isOpen(status));
  });

  it('is the same in every function of the database', async () => {
    const { rows } = await database.admin.query(
      `select prosrc as text from pg_proc where pronamespace in ('console'::regnamespace, 'public'::regnamespace)`,
    );
    const found = rows.flatMap(({ text }) => lists(String(text))).filter(meanOpen);
    expect(found.length).toBeGreaterThan(3);
    for (const list of found) expect(list.sort()).toEqual([...OPEN].sort());
  });

  it('is the same in every statement of the console', () => {
    const root = join(import.meta.dirname, '../..');
    const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file))
      .flatMap((file) => lists(readFileSync(join(root, file), 'utf8')))
      .filter(meanOpen);
    expect(found.length).toBeGreaterThan(10);
    for (const list of found) expect(list.sort()).toEqual([...OPEN].sort());
  });
});

describe('an acknowledgement', () => {
  it.each(SEVERITIES)('of a %s alert ends in the database when the screens show it', async (severity) => {
    const eventId = await insertEvent(database, { severity });
    expect(await submitAs(database.festival, 'Léa', 'alert.acknowledge', { eventId })).toMatchObject({
      outcome: 'applied',
    });
    const { rows } = await database.admin.query(
      `select round(extract(epoch from acknowledged_until - acknowledged_at))::int as seconds from console.alerts where event_id = $1`,
      [eventId],
    );
    expect(rows).toEqual([{ seconds: acknowledgementLeaseMs(severity) / 1_000 }]);
  });
});
