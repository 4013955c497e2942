/**
 * Which box each row is drawn in. A row that stays keeps its own, and one that comes takes the first that has become free: a box that
 * is filled anew costs half of one that is made.
 * @param before the boxes that are drawn now
 */
export const boxesOf = <Id>(rows: readonly Id[], before: ReadonlyMap<Id, number>): ReadonlyMap<Id, number> => {
  const taken = new Set(rows.flatMap((id) => before.get(id) ?? []));
  let free = 0;
  return new Map(
    rows.map((id) => {
      const own = before.get(id);
      if (own !== undefined) return [id, own];
      while (taken.has(free)) free += 1;
      return [id, free++];
    }),
  );
};
