import { rulesOf } from '../../shared/contract/calls.ts';
import type { Find, Snapshot } from '../../shared/contract/declare.ts';
import type { Command } from '../operations/registry.ts';

/** What a command acts on, as this laptop knows it. */
export type Ordering = {
  /** Commands with a key in common are sent in their order, one after the other (docs/offline.md). */
  readonly keys: readonly string[];
  /** What the operator's screen showed: stored for whoever decides a conflict, where both sides are shown. */
  readonly snapshot: Snapshot;
};

/** Ordering keys and snapshot of a command, as its declaration in the contract says. @param find with what waits */
export const orderingOf = ({ name, input }: Command, find: Find): Ordering => {
  const rules = rulesOf(name);
  return { keys: rules.keys(input, find), snapshot: rules.snapshot?.(input, find) ?? {} };
};
