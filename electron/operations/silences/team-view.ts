import { z } from 'zod';
import type { TeamCache } from '../../../shared/contract/team.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const silenceRow = z.object({
  silence_id: z.uuid(),
  algorithm: z.string().nullable(),
  device: z.string().nullable(),
  card_id: z.string().nullable(),
  reason: z.string(),
  made_by: z.string(),
  made_on: z.string(),
  starts_at: instantColumn,
  ends_at: instantColumn,
  ended_by: z.string().nullable(),
});
const mentionRow = z.object({
  operation_id: z.uuid(),
  operator: z.string(),
  event_id: idColumn.nullable(),
  author: z.string(),
  laptop: z.string(),
  words: z.string(),
  at: instantColumn,
  read_at: instantColumn.nullable(),
});
const nameRow = z.object({ name: z.string() });
const nowRow = z.object({ now: instantColumn });

const SILENCES_KEPT = 100;
const MENTIONS_KEPT = 200;
const PEOPLE_KEPT = 100;

/** Silences, mentions, and who is known by name: read with every heartbeat and when any of them changes. */
export const readTeam = async (tx: Transaction): Promise<TeamCache> => {
  const silences = await tx.fittingRows(
    silenceRow,
    sql`/* regie:team */
      select silence_id::text, algorithm, device, card_id, reason, made_by, made_on, starts_at, ends_at, ended_by
      from console.silences where ends_at > now() - interval '1 day'
      order by ends_at > now() desc, starts_at desc limit ${SILENCES_KEPT}`,
    { name: 'silences', id: 'silence_id' },
  );
  const mentions = await tx.fittingRows(
    mentionRow,
    sql`/* regie:team */
      select operation_id::text, operator, event_id, author, laptop, words, at, read_at
      from console.mentions where at > now() - interval '7 days' and (read_at is null or at > now() - interval '1 day')
      order by read_at is null desc, at desc limit ${MENTIONS_KEPT}`,
    { name: 'mentions', id: 'mention_id' },
  );
  const people = await tx.fittingRows(
    nameRow,
    sql`/* regie:team */
      select name from console.operators where active order by name limit ${PEOPLE_KEPT}`,
    { name: 'operators', id: 'name' },
  );
  const { now } = await tx.row(nowRow, sql`/* regie:team */ select clock_timestamp() as now`);
  return {
    silences: silences.map((row) => ({
      silenceId: row.silence_id,
      algorithm: row.algorithm,
      device: row.device,
      cardId: row.card_id,
      reason: row.reason,
      by: row.made_by,
      laptop: row.made_on,
      from: row.starts_at,
      until: row.ends_at,
      endedBy: row.ended_by,
    })),
    mentions: mentions.map((row) => ({
      operationId: row.operation_id,
      operator: row.operator,
      eventId: row.event_id,
      author: row.author,
      laptop: row.laptop,
      words: row.words,
      at: row.at,
      readAt: row.read_at,
    })),
    people: people.map(({ name }) => name),
    at: now,
  };
};
