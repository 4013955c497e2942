import { LONGEST_ENTRY } from '../../../shared/domain/log.ts';
import { readLine } from '../../../shared/domain/log-text.ts';
import { instantOf } from '../../../shared/domain/zoned-time.ts';
import { timeZone } from '../../clock.ts';
import { submit } from '../../commands.ts';
import { changeDraft, EMPTY_DRAFT, type LogDraft, useLogLine } from '../../stores/log-line.ts';

/**
 * Writes what is in the line, which is free for the next entry at once: what is taken in is on this laptop's disk, and what
 * is refused comes back into the line.
 */
export const writeEntry = async (draft: LogDraft, people: readonly string[]): Promise<void> => {
  const { kind, place, lateReason, options, why, agreed, who, by } = draft;
  const { links, ...named } = readLine(draft.text, people);
  const occurredAt = draft.occurred === '' ? null : instantOf(draft.occurred, timeZone());
  const until = by === '' ? null : instantOf(by, timeZone());
  useLogLine.setState({ draft: EMPTY_DRAFT, more: false });
  const outcome = await submit(
    'log.write',
    {
      ...{ kind, text: draft.text, place: orNull(place), ...named, links: [...draft.links, ...links], occurredAt },
      lateReason: orNull(lateReason),
      attachments: [...draft.attachments],
      decision: kind === 'decision' ? { options, why, agreed } : null,
      followUp: until === null || who.trim() === '' ? null : { who, by: until },
    },
    { done: null, waiting: null },
  );
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

const orNull = (text: string): string | null => (text.trim() === '' ? null : text);
