import type { RegieEvent } from '../../shared/contract/events.ts';
import {
  type Mention,
  type Silence,
  type TeamKept,
  type TeamView,
  teamKeptSchema,
} from '../../shared/contract/team.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { silenceOf } from '../../shared/domain/silence.ts';
import type { Kept } from '../buffer/cache.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import { type Command, parseStored } from '../operations/registry.ts';
import { readTeam } from '../operations/silences/team-view.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { applyOptimisticToMentions, applyOptimisticToSilences, showsOnTeam, type TeamCommand } from './optimistic.ts';
import type { Overlay } from './overlay.ts';

/**
 * What this laptop knows of the others' words and silences, with what waits here on top; and the gate through which
 * alerts call: what a silence holds back calls when it ends, with or without the network.
 */
export type Team = {
  view(): TeamView;
  /** Asks the festival. */
  look(): Promise<void>;
  /** An alert calls: it does now, or when the silence that holds it back ends. */
  raise(event: Extract<RegieEvent, { event: 'raised' }>): void;
  alertsChanged(incidentIds: readonly number[]): void;
  outboxChanged(command: StoredCommand, change: 'added' | 'sent' | 'settled'): void;
  /** Time has passed: silences may have ended. */
  tick(): void;
};

const KEPT = 'team';
/** One call of an alert, by whichever way it was noticed. */
const SAME_CALL_MS = 5_000;
const TOLD_AT_ONCE = 3;

export const createTeam = (options: {
  database: FestivalDatabase;
  kept: Kept;
  alerts: Overlay['view'];
  unsettled: readonly StoredCommand[];
  /** Who is signed in here. */
  operator: () => string | null;
  clock: Clock;
  clockOffsetMs: () => number;
  publish: (event: RegieEvent) => void;
}): Team => {
  const { database, kept, alerts, clock, publish } = options;
  const waiting = new Map<string, Command>();
  /** Incidents that a silence holds back, and that call when it ends. */
  const held = new Set<number>();
  const called = new Map<number, number>();
  let known: TeamKept | undefined = kept.answer(KEPT, teamKeptSchema);
  let seen = '';
  let silences: readonly Silence[] = [];
  let endsNext = Number.POSITIVE_INFINITY;

  const now = (): number => clock.now() + options.clockOffsetMs();
  const atFestival = (laptopAt: string): string =>
    new Date(Date.parse(laptopAt) + options.clockOffsetMs()).toISOString();

  const mentionsKnown = (): readonly Mention[] => known?.mentions ?? [];
  const silencesKnown = (): readonly Silence[] =>
    (known?.silences ?? []).map((silence) => ({ ...silence, waiting: false }));
  const onTeam = (command: Command): TeamCommand => ({ command, at: atFestival(command.author.laptopAt) });

  /** @returns whether it shows anything here. */
  const lay = (stored: StoredCommand): boolean => {
    const command = parseStored(stored);
    if (command === undefined || !showsOnTeam(onTeam(command))) return false;
    waiting.set(stored.operationId, command);
    return true;
  };

  /** What holds: as the festival has it, with what waits here. */
  const currentSilences = (): readonly Silence[] =>
    applyOptimisticToSilences(silencesKnown(), [...waiting.values()].map(onTeam));

  const mentionsOf = (operator: string): Mention[] =>
    applyOptimisticToMentions(mentionsKnown(), [...waiting.values()].map(onTeam))
      .filter((one) => one.operator === operator)
      .sort((a, b) => b.at.localeCompare(a.at));

  const call = (event: Extract<RegieEvent, { event: 'raised' }>): void => {
    const last = called.get(event.incidentId);
    if (last !== undefined && clock.monotonic() - last < SAME_CALL_MS) return;
    called.set(event.incidentId, clock.monotonic());
    publish(event);
  };

  /** Looks at these incidents, or at all, again: which are held back, and which are so no longer. */
  const judge = (incidentIds?: readonly number[]): void => {
    if (held.size === 0 && silences.length === 0) return;
    const some = incidentIds?.flatMap((id) => alerts.incident(id)?.alert ?? []);
    for (const alert of some ?? alerts.board({ closed: false, sinceMs: 0 })) {
      const calling = alert.open && alert.lead.acknowledgedAt === null;
      if (calling && silenceOf(alert, silences, now()) !== null) held.add(alert.incidentId);
      else if (held.delete(alert.incidentId) && calling)
        call({ event: 'raised', incidentId: alert.incidentId, severity: alert.lead.severity });
    }
  };

  const take = (): void => {
    silences = currentSilences().filter(({ until }) => Date.parse(until) > now());
    endsNext = Math.min(...silences.map(({ until }) => Date.parse(until)));
    judge();
  };

  const changed = (): void => {
    take();
    publish({ event: 'team' });
  };

  const tellMentions = (before: TeamKept | undefined): void => {
    const old = new Set(before?.mentions.map(({ operationId }) => operationId));
    const operator = options.operator();
    const fresh = (known?.mentions ?? []).filter(
      (one) => one.operator === operator && one.readAt === null && !old.has(one.operationId),
    );
    for (const { eventId, author, words } of fresh.slice(0, TOLD_AT_ONCE)) {
      const incidentId = alerts.byEvent(eventId)?.alert.incidentId ?? eventId;
      publish({ event: 'mentioned', incidentId, author, words });
    }
  };

  const look = async (): Promise<void> => {
    const team = await database.read(readTeam);
    const before = known;
    known = team;
    kept.keep(KEPT, team);
    const { at: _, ...content } = team;
    const says = JSON.stringify(content);
    if (says === seen) return;
    seen = says;
    changed();
    tellMentions(before);
  };

  for (const stored of options.unsettled) lay(stored);
  take();

  return {
    view: () => {
      const operator = options.operator();
      const mentions = operator === null ? [] : mentionsOf(operator);
      const people = new Set([...(known?.people ?? []), ...(operator === null ? [] : [operator])]);
      return { silences: [...currentSilences()], mentions, people: [...people].sort(), at: known?.at ?? null };
    },
    look,
    raise: (event) => {
      const alert = alerts.incident(event.incidentId)?.alert;
      if (alert !== undefined && silenceOf(alert, silences, now()) !== null) held.add(event.incidentId);
      else call(event);
    },
    alertsChanged: judge,
    outboxChanged: (stored, change) => {
      if (change !== 'settled') {
        if (lay(stored)) changed();
        return;
      }
      if (!waiting.has(stored.operationId)) return;
      const lift = (): void => {
        waiting.delete(stored.operationId);
        changed();
      };
      // Laid on until the festival's answer has its effect, so that nothing calls for a moment in between.
      if (stored.state === 'applied')
        void look()
          .catch(() => undefined)
          .finally(lift);
      else lift();
    },
    tick: () => {
      if (now() >= endsNext) changed();
    },
  };
};
