import type { RegieEvent } from '../../shared/contract/events.ts';
import { type TeamCache, type TeamView, teamKeptSchema } from '../../shared/contract/team.ts';
import type { Flood } from '../../shared/domain/alarm-flood.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Mention } from '../../shared/domain/mentions.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Silence } from '../../shared/domain/silence.ts';
import type { AlarmCopy } from '../buffer/alarm-copy.ts';
import type { Cache } from '../buffer/cache.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { coalesced } from '../lib/single-flight.ts';
import { type Command, parseStored } from '../operations/registry.ts';
import { readTeam } from '../operations/silences/team-view.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createFloodGate } from './flood-gate.ts';
import { applyOptimisticToMentions, applyOptimisticToSilences, showsOnTeam, type TeamCommand } from './optimistic.ts';
import type { Overlay } from './overlay.ts';
import { createSilenceGate } from './silence-gate.ts';
import { whenCopied } from './when-copied.ts';

/**
 * What this laptop knows of the others' words and silences, with what waits here on top; and the gate through which
 * alerts call: what a silence holds back calls when it ends, with or without the network.
 */
export type Team = {
  /** As this person sees it; null: nobody is signed in. */
  view(operator: string | null): TeamView;
  /** Asks the festival. */
  refresh(): Promise<void>;
  /** An alert calls: it does now, or when the silence that holds it back ends. */
  raise(event: Extract<RegieEvent, { event: 'raised' }>): void;
  alertsChanged(incidentIds: readonly RowId[]): void;
  outboxChanged(command: StoredCommand, change: 'added' | 'sent' | 'settled'): void;
  /** Alerts were copied for alarm quality: some of them may be unknown here. */
  alarmsCopied(): void;
  /** More alerts than people can take in: since when; null: no flood. */
  flood(): Flood | null;
  /** Time has passed: silences and floods may have ended. */
  tick(): void;
};

const KEPT = 'team';
const NOTIFIED_AT_ONCE = 3;

export const createTeam = (options: {
  database: FestivalDatabase;
  cache: Cache;
  alerts: Overlay['view'];
  alarmCopy: Pick<AlarmCopy, 'alarms'>;
  unsettled: readonly StoredCommand[];
  /** Whether they are signed in here. */
  isSignedIn: (name: string) => boolean;
  clock: Clock;
  clockOffsetMs: () => number;
  publish: (event: RegieEvent) => void;
}): Team => {
  const { database, cache, alerts, clock, publish } = options;
  let known: TeamCache | undefined = cache.get(KEPT, teamKeptSchema);
  let seen = '';
  let silences: readonly Silence[] = [];
  let endsNext = Number.POSITIVE_INFINITY;

  const now = (): number => clock.now() + options.clockOffsetMs();
  const waiting = createWaitingTeamCommands(options.unsettled, (laptopAt) =>
    new Date(Date.parse(laptopAt) + options.clockOffsetMs()).toISOString(),
  );

  /** What holds: as the festival has it, with what waits here. */
  const currentSilences = (): readonly Silence[] =>
    waiting.onSilences((known?.silences ?? []).map((silence) => ({ ...silence, waiting: false })));

  const mentionsOf = (operator: string): Mention[] =>
    waiting
      .onMentions(known?.mentions ?? [])
      .filter((one) => one.operator === operator)
      .sort((a, b) => b.at.localeCompare(a.at));

  const floods = createFloodGate({ alerts, copy: options.alarmCopy, silences: () => silences, now, publish });
  const gate = createSilenceGate({ alerts, silences: () => silences, clock, now, raise: floods.raise });

  const refreshSilences = (): void => {
    silences = currentSilences().filter(({ until }) => Date.parse(until) > now());
    endsNext = Math.min(...silences.map(({ until }) => Date.parse(until)));
    gate.check();
  };

  const changed = (): void => {
    refreshSilences();
    publish({ event: 'team' });
  };

  const notifyOfMentions = (before: TeamCache | undefined): void => {
    const fresh = newMentions(known, before).filter(({ operator }) => options.isSignedIn(operator));
    for (const { operator, eventId, author, words } of fresh.slice(0, NOTIFIED_AT_ONCE)) {
      const incidentId = eventId === null ? null : (alerts.byEvent(eventId)?.alert.incidentId ?? eventId);
      publish({ event: 'mentioned', operator, incidentId, author, words });
    }
  };

  const refreshOnce = async (): Promise<void> => {
    const team = await database.read(readTeam);
    const before = known;
    known = team;
    cache.set(KEPT, team);
    const { at: _, ...content } = team;
    const says = JSON.stringify(content);
    if (says === seen) return;
    seen = says;
    changed();
    notifyOfMentions(before);
  };
  // One after the other: an older answer never takes the place of a newer one.
  const refresh = coalesced(refreshOnce);

  refreshSilences();

  return {
    view: (operator) => {
      const mentions = operator === null ? [] : mentionsOf(operator);
      const people = new Set([...(known?.people ?? []), ...(operator === null ? [] : [operator])]);
      return { silences: [...currentSilences()], mentions, people: [...people].sort(), at: known?.at ?? null };
    },
    refresh,
    raise: gate.raise,
    alertsChanged: (incidentIds) => {
      floods.check(incidentIds);
      gate.check(incidentIds);
    },
    alarmsCopied: floods.copied,
    flood: floods.flood,
    outboxChanged: (stored, change) => {
      if (change !== 'settled') {
        if (waiting.add(stored)) changed();
        return;
      }
      if (!waiting.has(stored.operationId)) return;
      whenCopied(stored, refresh, () => {
        waiting.remove(stored.operationId);
        changed();
      });
    },
    tick: () => {
      floods.tick();
      if (now() >= endsNext) changed();
    },
  };
};

/** Unread ones that were not there before. */
const newMentions = (after: TeamCache | undefined, before: TeamCache | undefined): Mention[] => {
  const earlier = new Set(before?.mentions.map(({ operationId }) => operationId));
  return (after?.mentions ?? []).filter(({ readAt, operationId }) => readAt === null && !earlier.has(operationId));
};

/** The commands that show anything on the team's view, and that view with them. @param atFestival the festival's time */
const createWaitingTeamCommands = (unsettled: readonly StoredCommand[], atFestival: (laptopAt: string) => string) => {
  const waiting = new Map<string, Command>();
  const onTeam = (command: Command): TeamCommand => ({ command, at: atFestival(command.author.laptopAt) });
  const all = (): TeamCommand[] => [...waiting.values()].map(onTeam);

  /** @returns whether it shows anything there. */
  const add = (stored: StoredCommand): boolean => {
    const command = parseStored(stored);
    if (command === undefined || !showsOnTeam(onTeam(command))) return false;
    waiting.set(stored.operationId, command);
    return true;
  };
  for (const stored of unsettled) add(stored);

  return {
    add,
    has: (operationId: string): boolean => waiting.has(operationId),
    remove: (operationId: string): void => {
      waiting.delete(operationId);
    },
    onSilences: (silences: readonly Silence[]) => applyOptimisticToSilences(silences, all()),
    onMentions: (mentions: readonly Mention[]) => applyOptimisticToMentions(mentions, all()),
  };
};
