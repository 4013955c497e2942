import type { CallInput } from '../../shared/contract/calls.ts';
import { type LogEntry, logEntrySchema } from '../../shared/domain/log.ts';
import type { TestDatabase } from './database.ts';
import type { SubmittedInput } from './submit.ts';

/** What somebody writes in the incident log of a test. */
export const anEntry = (changes: Partial<CallInput<'log.write'>> = {}): SubmittedInput<'log.write'> => ({
  ...{ kind: 'observation', text: 'queue at bar 3', place: null, tags: [], importance: 'normal', mentions: [] },
  ...{ links: [], decision: null, followUp: null, occurredAt: '2026-07-03T21:00:00.000Z', lateReason: null },
  ...{ clockOffsetMs: null, laptopNumber: 1, attachments: [] },
  ...changes,
});

export type StoredEntry = { readonly said: LogEntry; readonly previous: string; readonly hash: string };

/** The log as the database has it, oldest first. */
export const entriesOf = async ({ admin }: Pick<TestDatabase, 'admin'>): Promise<StoredEntry[]> => {
  const { rows } = await admin.query<{ said: unknown; previous: string; hash: string }>(
    `select console.log_said(e) as said, encode(previous_hash, 'hex') as previous, encode(hash, 'hex') as hash
     from console.log_entries e order by number`,
  );
  return rows.map(({ said, previous, hash }) => ({
    ...{ previous, hash },
    said: logEntrySchema.parse(typeof said === 'string' ? JSON.parse(said) : said),
  }));
};
