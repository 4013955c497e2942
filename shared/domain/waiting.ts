import type { TimelineEntry } from './alert.ts';
import type { Incident } from './incident.ts';
import type { Author } from './operator.ts';
import type { RowId } from './row-id.ts';

/** A command that the festival's database has not confirmed yet. */
export type Waiting<Input> = { readonly input: Input; readonly author: Author };

/** The incident with the entry that the command will write on its timeline. */
export const withEntry = (
  incident: Incident,
  { input, author }: Waiting<{ operationId: string }>,
  entry: { readonly kind: string; readonly eventId: RowId; readonly data?: TimelineEntry['data'] },
): Incident => ({
  ...incident,
  timeline: [
    ...incident.timeline,
    {
      entryId: null,
      eventId: entry.eventId,
      at: author.laptopAt,
      kind: entry.kind,
      actor: author.operator,
      laptop: author.laptop,
      operationId: input.operationId,
      data: entry.data ?? {},
    },
  ],
});
