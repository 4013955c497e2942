import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type DatabaseBreak, hasLost } from '../../shared/contract/database-break.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { idIn, type RowId } from '../../shared/domain/row-id.ts';
import { isLocalId } from '../../shared/domain/troubles.ts';
import type { CardCopy } from '../buffer/card-copy.ts';
import type { DatabaseMemory, KnownDatabase } from '../buffer/known-database.ts';
import type { Outbox, StoredCommand } from '../buffer/outbox.ts';
import type { Log } from '../lib/log.ts';
import type { AuditWitness } from '../operations/audit/audit-witness.ts';
import {
  readFacts,
  readMissingOperations,
  readMissingTransactions,
  readOtherEvents,
  recordBreak,
} from '../operations/database/database-facts.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { Connection } from './connection.ts';

/**
 * Whether the festival's database is the one that this laptop knew, with all that it knew of it (docs/offline.md, "Another
 * database"). Asked before anything is done on a server that was started anew, or is another one.
 */
export type Recognition = {
  /**
   * @param incarnation of the server that the link has reached
   * @returns `known`: all that this laptop knew is there; `set_back`: something is missing, which is noted, and everything
   * that was read from it is to be read again
   * @throws the driver's error, or that another server was asked: it is asked again then
   */
  examine(incarnation: string): Promise<'known' | 'set_back'>;
  /** Puts what was noted on the festival's audit trail, once. */
  record(): Promise<void>;
};

/** Commands of one look; where one of them is missing, as many before them are looked at as well. */
const COMMANDS = 500;
/** What was committed before one of the newest rows is there if that is: the log of a server is lost from its end. */
const TRANSACTIONS = 200;

export const createRecognition = (options: {
  /** Asks whichever server the link has reached. */
  observer: FestivalDatabase;
  database: FestivalDatabase;
  laptop: string;
  memory: DatabaseMemory;
  outbox: Outbox;
  cards: Pick<CardCopy, 'newest'>;
  witness: Pick<AuditWitness, 'seen' | 'lostAt'>;
  clock: Pick<Clock, 'now'>;
  log: Pick<Log, 'info' | 'error'>;
}): Recognition => {
  const { observer, database, laptop, memory, outbox, witness, log } = options;

  const missingCommands = async (): Promise<StoredCommand[]> => {
    const missing: StoredCommand[] = [];
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const some = outbox.confirmed({ before, limit: COMMANDS });
      const gone = await readMissingOperations(
        observer,
        some.map(({ operationId }) => operationId),
      );
      missing.push(...some.filter(({ operationId }) => gone.has(operationId)));
      const last = some.at(-1);
      if (last === undefined || gone.size === 0) return missing;
      before = last.seq;
    }
  };

  /** Which of these act on an event whose number means nothing there, or another one. */
  const withoutSubject = async (commands: readonly StoredCommand[]): Promise<ReadonlySet<string>> => {
    const events = new Map<RowId, string>(commands.flatMap((one) => eventsOf(one)));
    const other = await readOtherEvents(observer, events);
    return new Set(commands.flatMap((one) => (eventsOf(one).some(([id]) => other.has(id)) ? [one.operationId] : [])));
  };

  const noteSetBack = async (found: DatabaseBreak, missing: readonly StoredCommand[], now: KnownDatabase) => {
    const waiting = outbox.unsettled();
    const homeless = await withoutSubject([...missing, ...waiting]);
    const lost = [
      ...missing.map((one) => ({ ...one, code: lostAs(one, homeless.has(one.operationId)) })),
      ...waiting.flatMap((one) => (homeless.has(one.operationId) ? [{ ...one, code: 'subject_gone' }] : [])),
    ];
    memory.note(found, now, () =>
      outbox.markLost(lost.map(({ operationId, code }) => ({ operationId, error: { code, params: {} } }))),
    );
    log.error('the database does not have what this laptop knew', { ...found, waiting: lost.length - missing.length });
  };

  return {
    examine: async (incarnation) => {
      const before = memory.known();
      if (before?.incarnation === incarnation) return 'known';
      const { now, auditKept } = await readFacts(observer, witness.seen());
      if (now.incarnation !== incarnation) throw new Error('another server was asked than the one that was reached');
      if (before === undefined) {
        memory.remember(now);
        return 'known';
      }
      const found = { breakId: uuid(), at: new Date(options.clock.now()).toISOString() };
      if (before.festivalId !== now.festivalId) {
        // Nothing of this laptop was ever there.
        const lost = { commands: 0, audit: false, transactions: 0 };
        memory.note({ ...found, kind: 'other_festival', lost }, now, () => undefined);
        log.error('this is the database of another festival', { before, now });
        return 'set_back';
      }
      const missing = await missingCommands();
      const transactions = await readMissingTransactions(observer, options.cards.newest(TRANSACTIONS));
      // What this laptop has said of the trail before is no news of this server.
      const audit = !auditKept && witness.lostAt() === null;
      const lost = { commands: missing.length, audit, transactions };
      const kind = kindOf(before, now);
      const seen: DatabaseBreak = { ...found, kind: kind ?? 'older', lost };
      if (hasLost(seen)) {
        await noteSetBack(seen, missing, now);
        return 'set_back';
      }
      if (kind === null) {
        memory.remember(now);
        return 'known';
      }
      log.info('another server has the database, with all that this laptop knew', { kind, before, now });
      memory.note(seen, now, () => undefined);
      // Elsewhere transactions are numbered otherwise, and followers go by their numbers.
      if (kind !== 'promoted') return 'set_back';
      memory.copiesAreNew();
      return 'known';
    },
    record: async () => {
      for (const { found } of memory.unrecorded()) {
        await recordBreak(database, laptop, found, witness.seen() ?? null);
        memory.markRecorded(found.breakId);
      }
    },
  };
};

/** What is done of a server that the link has reached: work on it, or an end of all that was read from the one before. */
export const recognising =
  (options: {
    /** Whatever becomes of the training festival, nobody has lost anything. */
    training: boolean;
    connection: Pick<Connection, 'recognise'>;
    /** Made later. */
    recognition: () => Pick<Recognition, 'examine'>;
    onSetBack: () => void;
    signal: AbortSignal;
  }) =>
  async (incarnation: string): Promise<'known' | 'set_back'> => {
    const found = options.training ? 'known' : await options.recognition().examine(incarnation);
    if (found === 'known') options.connection.recognise(incarnation);
    else if (!options.signal.aborted) options.onSetBack();
    return found;
  };

/** Null: a server that was started again. */
const kindOf = (before: KnownDatabase, now: KnownDatabase): DatabaseBreak['kind'] | null => {
  if (before.systemId !== null && now.systemId !== null && before.systemId !== now.systemId) return 'replaced';
  const [was, is] = [before.timeline ?? 0, now.timeline ?? 0];
  if (was === is || was === 0 || is === 0) return null;
  return is > was ? 'promoted' : 'older';
};

/** What was confirmed and may be given again, or why not. */
const lostAs = ({ body }: StoredCommand, isHomeless: boolean): string => {
  if (isHomeless) return 'lost_subject_gone';
  return body === '' ? 'lost_secret' : 'lost_by_database';
};

const eventsSchema = z.record(z.string(), z.string()).catch({});

/** When each event was detected on which a command acts, as its screen showed it. */
const eventsOf = ({ snapshot }: StoredCommand): [RowId, string][] =>
  Object.entries(eventsSchema.parse(snapshot.events ?? {})).flatMap(([id, at]) => {
    const eventId = idIn(id);
    return eventId === null || isLocalId(eventId) ? [] : [[eventId, at] as [RowId, string]];
  });
