import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ProposalsView } from '../../shared/contract/corrections.ts';
import type { HandoverView } from '../../shared/contract/handover.ts';
import type { LogLine } from '../../shared/domain/log.ts';
import { openBuffer } from '../buffer/buffer.ts';
import { createCache } from '../buffer/cache.ts';
import { createAsks } from './asks.ts';

const folder = mkdtempSync(join(tmpdir(), 'regie-asks-'));
const buffer = openBuffer(join(folder, 'festival.sqlite'), 'mirror');
afterAll(() => {
  buffer.close();
  rmSync(folder, { recursive: true });
});

const AT = Date.parse('2026-07-03T21:00:00Z');
const minutes = (count: number): string => new Date(AT + count * 60_000).toISOString();
const UUID = '00000000-0000-4000-8000-000000000001';
const [A, B, C] = ['a', 'b', 'c'].map((end) => `${UUID.slice(0, -1)}${end}`) as [string, string, string];

type Proposal = ProposalsView['proposals'][number];
const proposal = (change: Partial<Proposal>): Proposal =>
  ({
    ...{ proposalId: A, bulk: false, eventId: null, incidentId: null, kind: 'refund', reason: 'paid twice' },
    ...{ author: 'Léa', authorId: UUID, laptop: 'booth-1', proposedAt: minutes(-1), expiresAt: minutes(30) },
    ...{ state: 'pending', decidedAt: null, decidedBy: null, decision: null, cardDeltaCents: 0, ledgerDeltaCents: 0 },
    ...{ counts: { all: 1, open: 1, applied: 0, stale: 0, refused: 0 }, item: null },
    ...(change as object),
  }) as Proposal;
type Handover = HandoverView['handovers'][number];
const handover = (change: Partial<Handover>): Handover => ({
  ...{ handoverId: A, from: 'Ana', laptop: 'booth-1', note: 'quiet', incidents: [], offeredAt: minutes(-1) },
  ...{ expiresAt: minutes(15), acceptedAt: null, acceptedBy: null, acceptedOn: null, endedAt: null },
  ...change,
});
/** What is read of a line. */
const followUp = (entryId: string, by: number) =>
  ({ entryId, text: 'swap the reader', followUp: { who: 'Nils', by: minutes(by) } }) as unknown as LogLine;

it('what waits for a person is said once, also after a restart, and one stands for several', () => {
  const cache = createCache(buffer);
  const said: string[] = [];
  let nowMs = AT;
  let followUps = [followUp('f1', 1), followUp('f2', 1)];
  const waits = (proposals: Proposal[], handovers: Handover[]): void => {
    cache.set('proposals', { proposals, at: minutes(0) });
    cache.set('handover', { handovers, decisions: [], at: minutes(0) });
  };
  const start = () =>
    createAsks({
      cache,
      followUps: () => followUps,
      nowMs: () => nowMs,
      publish: ({ what, from, words }) => said.push(`${what} ${from}: ${words}`),
    });
  waits([proposal({})], [handover({})]);
  const asks = start();
  asks.look();
  asks.look();
  expect(said).toEqual(['proposal Léa: paid twice', 'handover Ana: quiet']);
  nowMs = AT + 60_000;
  asks.look();
  expect(said.slice(2)).toEqual(['follow_up Nils: swap the reader']);
  start().look();

  // What is decided, over or long ago says nothing.
  followUps = [];
  waits(
    [proposal({ proposalId: B, state: 'rejected' }), proposal({ proposalId: C, proposedAt: minutes(-800) })],
    [handover({ handoverId: B, acceptedAt: minutes(0) }), handover({ handoverId: C, expiresAt: minutes(-1) })],
  );
  start().look();
  expect(said).toHaveLength(3);
});
