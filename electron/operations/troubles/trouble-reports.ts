import type { Clock } from '../../../shared/domain/clock.ts';
import type { TroubleKind } from '../../../shared/domain/troubles.ts';
import type { Noticed } from '../../buffer/trouble-copy.ts';
import { coalesced } from '../../lib/single-flight.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import type { NoticedTroubles } from './noticed-troubles.ts';
import { reportTrouble } from './troubles.ts';

/** So long after its end was reported the laptop's copy should have it. */
const COPIED_WITHIN_MS = 10_000;
/** How often what goes on is reported again: it may have been ended there. */
const AGAIN_MS = 60_000;

/** Brings what this laptop has noticed to the festival's database, each once. */
export type TroubleReports = {
  send(): Promise<void>;
  /** The festival has it: it leaves this laptop as soon as the copy has it as well, so that the board has no gap. */
  handOver(trouble: Noticed): void;
  /** What was ended there meanwhile: it may be raised anew. Each is given out once. */
  takeForgotten(): { readonly kind: TroubleKind; readonly subject: string }[];
};

export const createTroubleReports = (options: {
  noticed: NoticedTroubles;
  database: Pick<FestivalDatabase, 'write'>;
  laptop: string;
  clock: Pick<Clock, 'monotonic'>;
  reachable: () => boolean;
  /** Whether the laptop's copy shows it as an alert of the festival. */
  isCopied: (trouble: Noticed) => boolean;
  /** An alert of this laptop is none any more. */
  onHandedOver: (trouble: Noticed) => void;
}): TroubleReports => {
  const { noticed, database, laptop, clock } = options;
  const forgotten: { kind: TroubleKind; subject: string }[] = [];

  const handOver = (trouble: Noticed): void => {
    const { eventId, local } = trouble;
    const { endReportedMs } = noticed.times(trouble);
    // What is older than the copy reaches back never comes there.
    const isThere = options.isCopied(trouble) || clock.monotonic() - endReportedMs > COPIED_WITHIN_MS;
    if (eventId === null || (local && !isThere)) return;
    if (local) options.onHandedOver(trouble);
    if (endReportedMs < Number.POSITIVE_INFINITY) noticed.remove(trouble);
    else if (local) noticed.put({ ...trouble, local: false });
  };

  const send = async (trouble: Noticed): Promise<void> => {
    const { operationId, kind, subject, startedAt, endedAt, acknowledged } = trouble;
    // Nobody has signed it: it is what this laptop says.
    const facts = {
      ...trouble.facts,
      ...(acknowledged !== null && { acknowledged_by: acknowledged.by, acknowledged_at: acknowledged.at }),
    };
    // What goes on calls from now on: until now the policy's steps were this laptop's.
    const raisedAt = endedAt === null && trouble.local ? noticed.instant() : trouble.raisedAt;
    const answer = await database.write((tx) =>
      reportTrouble(tx, { operationId, kind, subject, laptop, startedAt, raisedAt, endedAt, facts }),
    );
    const now = noticed.byOperation(operationId);
    if ('refused' in answer || now === undefined) return;
    noticed.note(trouble, { reportedMs: clock.monotonic() });
    // It may have ended while it was being reported: then that is reported next.
    if (endedAt !== null || !answer.open) noticed.note(trouble, { endReportedMs: clock.monotonic() });
    const isForgotten = !answer.open && now.endedAt === null;
    if (isForgotten) forgotten.push({ kind, subject });
    handOver(noticed.put({ ...now, eventId: answer.eventId, endedAt: isForgotten ? noticed.instant() : now.endedAt }));
  };

  const isDue = (trouble: Noticed): boolean => {
    const { reportedMs, endReportedMs } = noticed.times(trouble);
    if (endReportedMs < Number.POSITIVE_INFINITY) return false;
    return trouble.eventId === null || trouble.endedAt !== null || clock.monotonic() - reportedMs > AGAIN_MS;
  };

  return {
    send: coalesced(async () => {
      for (const trouble of noticed.all()) {
        if (options.reachable() && isDue(trouble)) await send(trouble);
      }
    }),
    handOver,
    takeForgotten: () => forgotten.splice(0),
  };
};
