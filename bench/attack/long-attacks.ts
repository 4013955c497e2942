import type { Ground } from './ground.ts';

/** An attack that is the better the longer it is tried. */
export type LongAttack = {
  /** What must not happen, or must go on: read after "held:" or "broken:". */
  readonly name: string;
  /** @returns what the attack reached; nothing when it was held off */
  run(ground: Ground, options: LongOptions): Promise<readonly string[]>;
};

export type LongOptions = {
  readonly minutes: number;
  readonly seed: number;
  /** Prints a figure. */
  readonly say: (words: string) => void;
};
