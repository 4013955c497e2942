import type { Alert } from '../../../shared/domain/alert.ts';

/** The events of open incidents that no screen has displayed yet for all the core knows, without those reported already. */
export const undisplayed = (rows: readonly Alert[], reported: ReadonlySet<number>): number[] => {
  const events = rows.filter(({ open }) => open).flatMap(({ lead, linked }) => [lead, ...linked]);
  const ids = events.filter(({ shownAt }) => shownAt === null).map(({ eventId }) => eventId);
  return [...new Set(ids)].filter((id) => !reported.has(id)).sort((a, b) => a - b);
};
