import { LONGEST_ENTRY } from '../../../shared/domain/log.ts';
import { readLine } from '../../../shared/domain/log-text.ts';
import { instantOf } from '../../../shared/domain/zoned-time.ts';
import { newOperationId } from '../../bridge.ts';
import { timeZone } from '../../clock.ts';
import { submit } from '../../commands.ts';
import { changeDraft, hasLeft, type LogDraft, leaveLine, useLogLine } from '../../stores/log-line.ts';
import { tagMeant } from './tags.ts';

/**
 * Writes what is in the line, which is free for the next entry at once: what is taken in is on this laptop's disk, and what
 * is refused comes back into the line.
 */
export const writeEntry = async (draft: LogDraft, people: readonly string[]): Promise<void> => {
  const { kind, place, lateReason, options, why, agreed, who, by } = draft;
  const { links, ...named } = readLine(draft.text, people, tagMeant);
  const occurredAt = draft.occurred === '' ? null : instantOf(draft.occurred, timeZone());
  const until = by === '' ? null : instantOf(by, timeZone());
  const operationId = newOperationId();
  leaveLine(operationId, draft);
  const outcome = await submit(
    'log.write',
    {
      operationId,
      ...{ kind, text: draft.text, place: orNull(place), ...named, links: [...draft.links, ...links], occurredAt },
      lateReason: orNull(lateReason),
      attachments: [...draft.attachments],
      decision: kind === 'decision' ? { options, why, agreed } : null,
      followUp: until === null || who.trim() === '' ? null : { who, by: until },
    },
    { done: null, waiting: null },
  );
  hasLeft(operationId);
  // Somebody may have begun the next one meanwhile: that is not lost either.
  if (outcome === null) {
    const { text } = useLogLine.getState().draft;
    changeDraft({
      ...draft,
      text: [draft.text, text]
        .filter((one) => one !== '')
        .join('\n')
        .slice(0, LONGEST_ENTRY),
    });
    useLogLine.setState({ open: true, more: true });
  }
};

/** Whether its times can be read, as far as there are any. */
export const hasTimes = ({ occurred, by }: LogDraft): boolean =>
  [occurred, by].every((held) => held === '' || instantOf(held, timeZone()) !== null);

/** Somebody is asked without a time, or a time is given without anybody: neither is a follow-up, and neither may be lost. */
export const hasHalfFollowUp = ({ who, by }: Pick<LogDraft, 'who' | 'by'>): boolean =>
  (who.trim() === '') !== (by.trim() === '');

const orNull = (text: string): string | null => (text.trim() === '' ? null : text);
