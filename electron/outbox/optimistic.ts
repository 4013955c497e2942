import { rulesOf } from '../../shared/contract/calls.ts';
import type { CardView } from '../../shared/domain/card.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import type { Mention } from '../../shared/domain/mentions.ts';
import type { RunbookRun } from '../../shared/domain/run.ts';
import type { Silence } from '../../shared/domain/silence.ts';
import type { Command } from '../operations/registry.ts';

/** A command on its way, for the eyes of the screen. */
export type WaitingCommand = { readonly command: Command; readonly unknown: boolean };

const optimisticOf = ({ name }: Command) => rulesOf(name).optimistic ?? {};

/**
 * What the screen shows = mirror + outbox on top. What a command shows is in its declaration. An alert stays open until
 * the festival's database has confirmed its end: it is marked as waiting, never shown as done.
 */
export const applyOptimistic = (incident: Incident, waiting: readonly WaitingCommand[]): Incident =>
  waiting.length === 0
    ? incident
    : withoutConfirmed(
        waiting.reduce((shown, { command }) => optimisticOf(command).incident?.(shown, command) ?? shown, {
          ...incident,
          alert: { ...incident.alert, waiting: waiting.length },
        }),
      );

/** For a moment the mirror has an entry already while the command is still applied on top: it is shown once. */
const withoutConfirmed = (incident: Incident): Incident => {
  const confirmed = new Set(incident.timeline.flatMap((entry) => (entry.entryId === null ? [] : entry.operationId)));
  const timeline = incident.timeline.filter((entry) => entry.entryId !== null || !confirmed.has(entry.operationId));
  return { ...incident, timeline };
};

/** A run that belongs to no alert. */
export const applyOptimisticToRun = (run: RunbookRun, waiting: readonly WaitingCommand[]): RunbookRun =>
  waiting.reduce((shown, { command }) => optimisticOf(command).run?.(shown, command) ?? shown, run);

/** The run that a command starts, if any. */
export const startedRunOf = (command: Command): RunbookRun | undefined => optimisticOf(command).startedRun?.(command);

/** Corrections of a card that are on their way. */
export const waitingCorrections = (waiting: readonly WaitingCommand[]): CardView['waiting'] =>
  waiting.flatMap(({ command, unknown }) => {
    const correction = optimisticOf(command).correction?.(command);
    return correction === undefined ? [] : [{ ...correction, unknown }];
  });

/** A command that the team's view shows, with the time of its submission by the festival's clock. */
export type TeamCommand = { readonly command: Command; readonly at: string };

/** Whether a command shows anything there: a note that names nobody does not. */
export const showsOnTeam = ({ command, at }: TeamCommand): boolean => {
  const { silences, mentions } = optimisticOf(command);
  const none: readonly Mention[] = [];
  return silences !== undefined || (mentions !== undefined && mentions(none, command, at) !== none);
};

export const applyOptimisticToSilences = (
  silences: readonly Silence[],
  waiting: readonly TeamCommand[],
): readonly Silence[] =>
  waiting.reduce((shown, { command, at }) => optimisticOf(command).silences?.(shown, command, at) ?? shown, silences);

export const applyOptimisticToMentions = (
  mentions: readonly Mention[],
  waiting: readonly TeamCommand[],
): readonly Mention[] =>
  waiting.reduce((shown, { command, at }) => optimisticOf(command).mentions?.(shown, command, at) ?? shown, mentions);
