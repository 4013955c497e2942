import { v7 as newOperationId } from 'uuid';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Raised } from '../../../shared/domain/trouble-judge.ts';
import { isLocalId, localNumber } from '../../../shared/domain/troubles.ts';
import type { Noticed, TroubleCopy } from '../../buffer/trouble-copy.ts';
import type { Log } from '../../lib/log.ts';

/** By the monotonic clock, in this process. */
type Times = {
  readonly raisedMs: number;
  readonly reportedMs: number;
  /** When the festival's database had it with its end. */
  readonly endReportedMs: number;
};
const NEVER: Times = {
  raisedMs: Number.NEGATIVE_INFINITY,
  reportedMs: Number.NEGATIVE_INFINITY,
  endReportedMs: Number.POSITIVE_INFINITY,
};

/** What this laptop has noticed: in memory, and on disk as far as that has room. */
export type NoticedTroubles = {
  all(): readonly Noticed[];
  /** The one that goes on. */
  find(key: { readonly kind: string; readonly subject: string }): Noticed | undefined;
  byOperation(operationId: string): Noticed | undefined;
  /** By the number of its alert on this laptop. */
  byLocalId(id: RowId): Noticed | undefined;
  add(raised: Raised): void;
  put(trouble: Noticed): Noticed;
  remove(trouble: Noticed): void;
  times(trouble: Noticed): Times;
  note(trouble: Noticed, some: Partial<Times>): void;
  /** A moment of the monotonic clock by the festival's. */
  instant(atMs?: number): string;
};

export const createNoticedTroubles = (options: {
  copy: Pick<TroubleCopy, 'all' | 'add' | 'put' | 'remove'>;
  clock: Clock;
  clockOffsetMs: () => number;
  log: Pick<Log, 'warn'>;
}): NoticedTroubles => {
  const { copy, clock, log } = options;
  const noticed = new Map<string, Noticed>(copy.all().map((one) => [one.operationId, one]));
  const times = new Map<string, Times>();
  /** A full disk keeps nobody from being called. */
  const write = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.warn('a trouble could not be written', { error });
    }
  };
  const instant = (atMs = clock.monotonic()): string =>
    new Date(clock.now() + options.clockOffsetMs() - (clock.monotonic() - atMs)).toISOString();
  const note: NoticedTroubles['note'] = ({ operationId }, some) => {
    times.set(operationId, { ...(times.get(operationId) ?? NEVER), ...some });
  };

  return {
    all: () => [...noticed.values()],
    find: (key) =>
      [...noticed.values()].find(
        ({ kind, subject, endedAt }) => endedAt === null && kind === key.kind && subject === key.subject,
      ),
    byOperation: (operationId) => noticed.get(operationId),
    byLocalId: (id) =>
      isLocalId(id)
        ? [...noticed.values()].find(({ local, number }) => local && number === localNumber(id))
        : undefined,
    add: ({ kind, subject, sinceMs, facts }) => {
      const trouble = {
        ...{ operationId: newOperationId(), kind, subject, facts, startedAt: instant(sinceMs), raisedAt: instant() },
        ...{ endedAt: null, local: false, acknowledged: null, recalledAt: null, eventId: null },
      };
      // Where nothing can be written, a number that no other has here.
      let added: Noticed = { ...trouble, number: 1 + Math.max(0, ...[...noticed.values()].map((one) => one.number)) };
      write(() => {
        added = copy.add(trouble);
      });
      noticed.set(added.operationId, added);
      note(added, { raisedMs: clock.monotonic() });
    },
    put: (trouble) => {
      noticed.set(trouble.operationId, trouble);
      write(() => copy.put(trouble));
      return trouble;
    },
    remove: ({ operationId }) => {
      noticed.delete(operationId);
      times.delete(operationId);
      write(() => copy.remove(operationId));
    },
    times: ({ operationId }) => times.get(operationId) ?? NEVER,
    note,
    instant,
  };
};
