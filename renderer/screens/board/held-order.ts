/**
 * The order on screen. While it is held (the pointer or the keyboard moves in it) every row keeps its
 * place: rows that no longer fit disappear only when it is let go, new ones are counted and not yet shown.
 */
export const heldOrder = <Id>(
  wanted: readonly Id[],
  shown: readonly Id[],
  held: boolean,
): { ids: readonly Id[]; hidden: number } => {
  if (!held || shown.length === 0) return { ids: wanted, hidden: 0 };
  const already = new Set(shown);
  return { ids: shown, hidden: wanted.filter((id) => !already.has(id)).length };
};
