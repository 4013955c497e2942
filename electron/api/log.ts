import { calls, type ParsedInput } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { logCalls } from '../../shared/contract/log.ts';
import { AHEAD_MS, isLate, type LogLink } from '../../shared/domain/log.ts';
import { cardCandidates } from '../../shared/domain/log-text.ts';
import { pictureTypeOf } from '../../shared/domain/picture-type.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import type { Preparations } from './submit.ts';

type Entry = 'log.write' | 'log.correct' | 'log.strike' | 'log.finish';

export const logHandlers = (parts: Parts): HandlersOf<typeof logCalls> => ({
  'log.get': (filter) => answered(parts.festival().log.view(filter)),
  'log.unread': ({ since }) => answered({ count: parts.festival().log.unread(since, parts.session.operator() ?? '') }),
  'log.export': ({ format, after }) =>
    answered(parts.festival().log.export(format, after, new Date(parts.clock.now()).toISOString())),
  'log.older': async (filter) => answered(await parts.festival().log.older(filter)),
  'log.file': ({ sha256, piece }) => answered(parts.festival().log.files.piece(sha256, piece)),
  'log.fetchFile': async ({ sha256 }) => {
    const found = await parts.festival().log.fetchFile(sha256);
    return answered({ found });
  },
  'log.followUps': () => answered(parts.festival().log.followUps()),
});

/** Completes an entry with what only this laptop knows, before it is signed; refuses here what nothing could mend later. */
export const prepareLog = (parts: Parts): Preparations => {
  const prepared = <Name extends Entry>(name: Name, input: ParsedInput<Name>): ParsedInput<Name> => {
    const { outbox, log } = parts.festival();
    // Sent again by a screen whose answer was lost: what was signed the first time is what it is.
    const before = outbox.find(input.operationId);
    const same = before?.command === name ? calls[name].input.safeParse(before.input) : undefined;
    if (same?.success && same.data.text === input.text) return same.data as ParsedInput<Name>;
    const clockOffsetMs = parts.festival().clockOffsetMs();
    return {
      ...input,
      clockOffsetMs: clockOffsetMs === null ? null : Math.round(clockOffsetMs),
      laptopNumber:
        input.laptopNumber ?? log.nextNumber(input.operationId, parts.laptop.enrolledAs()?.laptopId ?? null),
    };
  };

  const write = (input: ParsedInput<'log.write'>): Answer<ParsedInput<'log.write'>> => {
    const entry = prepared('log.write', input);
    const now = parts.clock.now() + (entry.clockOffsetMs ?? 0);
    const occurredAt = entry.occurredAt ?? new Date(now).toISOString();
    if (Date.parse(occurredAt) > now + AHEAD_MS) return failed('log_ahead');
    const late = isLate(occurredAt, now);
    if (late && entry.lateReason === null) return failed('log_late');
    return answered({ ...entry, occurredAt, links: withCards(entry.links, entry.text) });
  };
  /** Card ids are words like any other: those that the laptop's copy knows become links. */
  const withCards = (links: LogLink[], text: string): LogLink[] => {
    const { cards } = parts.festival();
    const known = cardCandidates(text).filter(cards.knows);
    const more = known.filter((id) => !links.some((link) => link.kind === 'card' && link.id === id));
    return [...links, ...more.map((id) => ({ kind: 'card' as const, id }))].slice(0, 50);
  };

  /** Somebody looks at it here before the festival has it. */
  const attach = (input: ParsedInput<'log.attach'>): Answer<ParsedInput<'log.attach'>> => {
    const { sha256, piece, pieces, data, type } = input;
    if (piece === 0 && pictureTypeOf(Buffer.from(data.slice(0, 32), 'base64')) !== type) return failed('log_file_type');
    parts.festival().log.files.add(sha256, piece, { data, pieces });
    return answered(input);
  };

  return {
    'log.attach': attach,
    'log.write': write,
    'log.correct': (input) => answered(prepared('log.correct', input)),
    'log.strike': (input) => answered(prepared('log.strike', input)),
    'log.finish': (input) => answered(prepared('log.finish', input)),
  };
};
