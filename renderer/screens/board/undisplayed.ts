import type { Alert } from '../../../shared/domain/alert.ts';
import { compareIds, type RowId } from '../../../shared/domain/row-id.ts';

/** The events of open incidents that no screen has displayed yet for all the core knows, without those reported already. */
export const undisplayed = (rows: readonly Alert[], reported: ReadonlySet<RowId>): RowId[] => {
  const events = rows.filter(({ open }) => open).flatMap(({ lead, linked }) => [lead, ...linked]);
  const ids = events.filter(({ shownAt }) => shownAt === null).map(({ eventId }) => eventId);
  return [...new Set(ids)].filter((id) => !reported.has(id)).sort(compareIds);
};
