import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { higherId, type RowId, rowIdSchema } from '../../shared/domain/row-id.ts';

/** An alert as the scorer read it from the festival's database, on a connection that is never cut. */
export type Found = {
  readonly algorithm: string;
  readonly about: string | null;
  readonly seenAt: number;
  readonly eventId: RowId;
};

const eventRow = z.object({
  event_id: rowIdSchema,
  detection_algorithm: z.string(),
  card_id: z.string().nullable(),
  device: z.string().nullable(),
  type: z.string().nullable(),
  status: z.string().nullable(),
  till: z.string().nullable(),
  aside: z.string().nullable(),
});

const aboutOf = (row: z.output<typeof eventRow>): string | null => {
  switch (row.detection_algorithm) {
    case 'unknown_transaction_type':
      return row.type;
    case 'unknown_transaction_status':
      return row.status;
    case 'rows_set_aside':
      return row.aside;
    case 'wrong_clock':
      return row.device ?? row.till;
    default:
      return row.card_id ?? row.device;
  }
};

/** Reads alerts as soon as they are committed, past the proxy. */
export const createWatch = (open: () => Promise<pg.Client>) => {
  const found: Found[] = [];
  const seen = new Set<RowId>();
  let newest: RowId | null = null;
  let closed = false;
  let paused = false;
  let idle = Promise.withResolvers<void>();
  const poll = async (client: pg.Client): Promise<void> => {
    const { rows } = await client.query(
      `select event_id, detection_algorithm, card_id, event_data ->> 'device_identifier' as device,
         event_data ->> 'transaction_type' as type, event_data ->> 'transaction_status' as status, event_data ->> 'point_of_sale' as till,
         event_data ->> 'source' || ' ' || (event_data ->> 'reason') as aside
       from monitoring_events where ($1::bigint is null or event_id > $1::bigint - 1000) and detection_algorithm not in ('health_snapshot', 'health_status_change')
         -- What is wrong with Regie itself is no detection.
         and event_id not in (select event_id from console.troubles)`,
      [newest],
    );
    const seenAt = Date.now();
    for (const row of z.array(eventRow).parse(rows)) {
      if (seen.has(row.event_id)) continue;
      seen.add(row.event_id);
      newest = newest === null ? row.event_id : higherId(newest, row.event_id);
      found.push({ algorithm: row.detection_algorithm, about: aboutOf(row), seenAt, eventId: row.event_id });
    }
  };
  const loop = (async () => {
    let client: pg.Client | undefined;
    while (!closed) {
      if (paused) {
        await client?.end().catch(() => undefined);
        client = undefined;
        idle.resolve();
        await sleep(50);
        continue;
      }
      try {
        client ??= await open();
        await poll(client);
      } catch {
        client = undefined;
      }
      await sleep(100);
    }
    await client?.end().catch(() => undefined);
  })();
  return {
    found: (): readonly Found[] => found,
    pause: () => {
      idle = Promise.withResolvers<void>();
      paused = true;
      return idle.promise;
    },
    resume: () => {
      paused = false;
    },
    close: async () => {
      closed = true;
      await loop;
    },
  };
};
