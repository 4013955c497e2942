/** A session that waits for others, or that others wait for. */
export type LockNode = { readonly pid: number; readonly blockers: readonly number[] };

/** Where a session stands: its depth below the one that holds everything up, and on how many it waits. */
export type LockPlace<Node> = { readonly node: Node; readonly depth: number };

/**
 * Who waits for whom, the root first: whoever holds something up and waits for nobody. A session that waits for several
 * stands once, below the one that is itself furthest down, so that whoever must go first is always above it. Where all of them
 * wait for each other (a deadlock that the server has not ended yet) the first of them is the root.
 */
export const lockTree = <Node extends LockNode>(nodes: readonly Node[]): LockPlace<Node>[] => {
  const byPid = new Map(nodes.map((node) => [node.pid, node]));
  const blockersOf = ({ pid, blockers }: Node): number[] => blockers.filter((one) => one !== pid && byPid.has(one));
  const depths = new Map<number, number>();
  const depthOf = (node: Node, above: ReadonlySet<number>): number => {
    const known = depths.get(node.pid);
    if (known !== undefined) return known;
    const within = new Set([...above, node.pid]);
    const depth = blockersOf(node)
      .filter((pid) => !within.has(pid))
      .reduce((deepest, pid) => Math.max(deepest, 1 + depthOf(byPid.get(pid) as Node, within)), 0);
    depths.set(node.pid, depth);
    return depth;
  };
  for (const node of nodes) depthOf(node, new Set());

  const below = new Map<number | null, Node[]>();
  for (const node of nodes) {
    const depth = depths.get(node.pid) ?? 0;
    const parent = depth === 0 ? null : (blockersOf(node).find((pid) => depths.get(pid) === depth - 1) ?? null);
    below.set(parent, [...(below.get(parent) ?? []), node]);
  }
  const places: LockPlace<Node>[] = [];
  const list = (parent: number | null, depth: number): void => {
    for (const node of below.get(parent) ?? []) {
      places.push({ node, depth });
      list(node.pid, depth + 1);
    }
  };
  list(null, 0);
  return places;
};
