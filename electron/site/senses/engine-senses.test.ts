import { expect, it } from 'vitest';
import { judge } from '../../../shared/domain/trouble-judge.ts';
import { TROUBLES } from '../../../shared/domain/troubles.ts';
import { engineSenses } from './engine-senses.ts';

it('a database that takes nothing has done so since it was seen, and not since it was judged', () => {
  const sensesAt = (nowMs: number) =>
    engineSenses({
      ...{ reachableSinceMs: 0, stopped: false, canaryMs: nowMs, noCanaryCame: false, nowMs, idleSinceMs: null },
      breaker: { state: 'closed', hasWorked: true, failures: 0, retryAt: null, lastErrors: [] },
      readOnly: { sinceMs: 1_000 },
    });
  const due = 1_000 + TROUBLES.database_read_only.afterMs;
  const seen = judge(sensesAt(1_240), { atMs: 990, remembered: [] }, 1_240);
  const early = judge(sensesAt(due - 1), seen.after, due - 1);
  expect([seen.raised, early.raised]).toEqual([[], []]);
  expect(judge(sensesAt(due), early.after, due).raised).toMatchObject([{ kind: 'database_read_only', sinceMs: 1_000 }]);
});
