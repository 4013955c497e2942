import type { CallInput, CommandName } from '../../shared/contract/calls.ts';
import { WHOLE_LOG } from '../../shared/contract/log.ts';
import type { LogKind } from '../../shared/domain/log.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { operatorOn } from './ground.ts';
import type { Laptop } from './laptop.ts';
import type { LOG_ACTIONS } from './plan.ts';

type LogAction = (typeof LOG_ACTIONS)[number];
type Words = Omit<CallInput<'log.write'>, 'operationId'>;
type Made = { command: CommandName; input: Record<string, unknown> };

const HOUR_MS = 3_600_000;
const BEFORE_MS = 10 * 60_000;

/** What somebody writes about a card: each kind with what is its own. */
export const entryOf = (kind: LogKind, card: string, eventId: RowId | null = null): Words => {
  const words: Words = {
    ...{ kind, text: `${card} was swapped #reader`, place: null, tags: ['reader'], importance: 'normal' },
    ...{ mentions: [], links: [], decision: null, followUp: null, occurredAt: null, lateReason: null },
  };
  const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
  switch (kind) {
    case 'observation':
      return words;
    case 'decision':
      return { ...words, decision: { options: 'wait, or swap it', why: 'the queue grows', agreed: 'the bar' } };
    case 'action':
      return { ...words, links: eventId === null ? [] : [{ kind: 'alert', id: eventId }] };
    case 'message': {
      const who = operatorOn('booth-2');
      return { ...words, mentions: [operatorOn('booth-1')], followUp: { who, by: ago(-HOUR_MS) } };
    }
    case 'handover':
      // Its place in the log is before what was written meanwhile.
      return { ...words, importance: 'important', occurredAt: ago(BEFORE_MS), lateReason: 'the line was busy' };
  }
};

const KINDS: Partial<Record<LogAction, LogKind>> = {
  writeObservation: 'observation',
  writeDecision: 'decision',
  writeAction: 'action',
  writeMessage: 'message',
  writeHandover: 'handover',
};
const LATER = { correctEntry: 'log.correct', strikeEntry: 'log.strike', finishEntry: 'log.finish' } as const;

/** An entry of the incident log, or what is said of one that this laptop's screen shows; undefined where it shows none. */
export const logCommand = async (
  laptop: Laptop,
  card: string,
  eventId: RowId,
  action: LogAction,
): Promise<Made | undefined> => {
  const kind = KINDS[action];
  if (kind !== undefined) return { command: 'log.write', input: entryOf(kind, card, eventId) };
  if (!isLater(action)) return undefined;
  const answer =
    action === 'finishEntry' ? await laptop.call('log.followUps', {}) : await laptop.call('log.get', WHOLE_LOG);
  const lines = answer?.ok ? ('lines' in answer.value ? answer.value.lines : answer.value) : [];
  const [line] = lines;
  if (line === undefined) return undefined;
  return { command: LATER[action], input: { entryId: line.entryId, text: `seen again by ${laptop.name}` } };
};

const isLater = (action: LogAction): action is keyof typeof LATER => action in LATER;
