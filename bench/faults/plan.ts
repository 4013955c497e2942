import { createRandom, type Random } from '../../electron/training/random.ts';

/** What happens in a run, and when: everything follows from seed and run. */
export type Step = { readonly atMs: number } & (
  | { readonly does: 'act'; readonly laptop: number; readonly card: number; readonly action: Action }
  /** The same operation once more, on this laptop or another one. */
  | { readonly does: 'repeat'; readonly laptop: number; readonly earlier: number }
  /** Decides what lies in the inbox of conflicts. */
  | { readonly does: 'decide'; readonly laptop: number; readonly how: 'drop' | 'retry' }
  /** The festival's own system sells for 1.00 on the card. */
  | { readonly does: 'sell'; readonly card: number }
  | { readonly does: 'network'; readonly laptop: number; readonly fault: NetworkFault; readonly forMs: number }
  | { readonly does: 'kill'; readonly laptop: number; readonly deadMs: number }
  | { readonly does: 'crash' }
);

/** What is written into the incident log, and said of its newest entry or follow-up later. */
export const LOG_ACTIONS = [
  'writeObservation',
  'writeDecision',
  'writeAction',
  'writeMessage',
  'writeHandover',
  'correctEntry',
  'strikeEntry',
  'finishEntry',
] as const;

/** On the one run of a checklist that all laptops share. */
export const LIST_ACTIONS = ['startList', 'tick', 'answer', 'override', 'sign'] as const;

export const ACTIONS = [
  'acknowledge',
  'unacknowledge',
  'take',
  'snooze',
  'reopen',
  'note',
  'resolve',
  'falsePositive',
  'merge',
  'split',
  'acknowledgeBoth',
  'unacknowledgeBoth',
  'takeBoth',
  'snoozeBoth',
  'resolveBoth',
  'mergeBoth',
  'silence',
  'startRunbook',
  'completeStep',
  'skipStep',
  'startGeneral',
  'generalStep',
  'correct',
  'goodwill',
  'propose',
  'approve',
  'undo',
  'thresholds',
  'picture',
  ...LOG_ACTIONS,
  ...LIST_ACTIONS,
] as const;
export type Action = (typeof ACTIONS)[number];

export const NETWORK_FAULTS = [
  'cut',
  'blackhole',
  'delay',
  'throttle',
  'answer lost',
  'reset in mid-statement',
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

export type Plan = { readonly laptops: number; readonly cards: number; readonly steps: readonly Step[] };

/** A run is some seconds long: faults are dense, not rare. */
const LASTS_MS = 2_200;
/** The pieces of a picture go over the network one after the other: some tenths of a second. */
const PICTURE_MS = 400;

export const makePlan = (seed: number, run: number): Plan => {
  const random = createRandom(seed * 100_003 + run);
  const laptops = random.between(1, 3);
  const cards = random.between(2, 4);
  const laptop = () => random.between(0, laptops - 1);
  const card = () => random.between(0, cards - 1);
  const at = () => random.between(0, LASTS_MS);
  const steps: Step[] = [];
  const times = (count: number, make: () => Step): void => {
    for (let made = 0; made < count; made += 1) steps.push(make());
  };
  const action = (): Action =>
    // Money is what it is about: a third of what is done moves some.
    random.chance(0.33)
      ? random.pick(['correct', 'correct', 'goodwill', 'propose', 'approve', 'approve', 'undo'])
      : random.pick(ACTIONS);
  times(random.between(10, 24), () => ({ atMs: at(), does: 'act', laptop: laptop(), card: card(), action: action() }));
  times(random.between(1, 3), () => ({ atMs: at(), does: 'act', laptop: laptop(), card: card(), action: 'propose' }));
  // One operator's proposals are approved by another, and some corrections are undone, while the network fails.
  for (const step of [...steps]) {
    if (step.does !== 'act') continue;
    const after = (ms: number, who: number, then: Action): Step => ({
      ...step,
      atMs: step.atMs + ms,
      laptop: who,
      action: then,
    });
    if (step.action === 'propose') {
      steps.push(after(random.between(50, 600), (step.laptop + 1) % laptops, 'approve'));
      if (random.chance(0.5)) steps.push(after(random.between(50, 600), (step.laptop + 2) % laptops, 'approve'));
    }
    const money = step.action === 'correct' || step.action === 'goodwill';
    if (money && random.chance(0.5)) steps.push(after(random.between(50, 600), laptop(), 'undo'));
  }
  steps.push(...aboutPictures(random, laptop, card), ...aboutLog(random, laptop, card));
  if (random.chance(0.6)) steps.push(...wholeList(random, laptops));
  times(random.between(1, 4), () => ({ atMs: at(), does: 'repeat', laptop: laptop(), earlier: random.between(0, 99) }));
  times(random.between(0, 3), () => ({ atMs: at(), does: 'sell', card: card() }));
  times(random.between(0, 2), () => ({
    atMs: at(),
    does: 'decide',
    laptop: laptop(),
    how: random.pick(['drop', 'retry']),
  }));
  times(random.between(1, 5), () => ({
    atMs: at(),
    does: 'network',
    laptop: laptop(),
    fault: random.pick(NETWORK_FAULTS),
    forMs: random.between(100, 1_200),
  }));
  times(random.between(0, 2), () => ({ atMs: at(), does: 'kill', laptop: laptop(), deadMs: random.between(0, 400) }));
  if (random.chance(0.03)) steps.push({ atMs: at(), does: 'crash' });
  return { laptops, cards, steps: steps.sort((a, b) => a.atMs - b.atMs) };
};

/** Pictures whose pieces are cut off from each other, by the network or by the laptop's death. */
const aboutPictures = (random: Random, laptop: () => number, card: () => number): Step[] =>
  Array.from({ length: random.between(0, 2) }, (): Step[] => {
    const atMs = random.between(0, LASTS_MS);
    const where = laptop();
    const between = atMs + random.between(10, PICTURE_MS);
    const act: Step = { atMs, does: 'act', laptop: where, card: card(), action: 'picture' };
    if (random.chance(0.3))
      return [act, { atMs: between, does: 'kill', laptop: where, deadMs: random.between(0, 400) }];
    if (random.chance(0.3)) return [act];
    const fault = random.pick<NetworkFault>(['cut', 'answer lost', 'reset in mid-statement', 'blackhole']);
    return [act, { atMs: between, does: 'network', laptop: where, fault, forMs: random.between(100, 800) }];
  }).flat();

const aboutLog = (random: Random, laptop: () => number, card: () => number): Step[] =>
  Array.from(
    { length: random.between(2, 6) },
    (): Step => ({
      ...{ atMs: random.between(0, LASTS_MS), does: 'act', laptop: laptop(), card: card() },
      action: random.pick(LOG_ACTIONS),
    }),
  );

/** Everybody starts the same run, confirms all of it, as far as their laptops know, and signs it; in the end once more. */
const wholeList = (random: Random, laptops: number): Step[] =>
  Array.from({ length: laptops }, (_, laptop): Step[] => {
    const act = (from: number, to: number, action: Action): Step => ({
      ...{ atMs: random.between(from, to), does: 'act', laptop, card: 0, action },
    });
    const confirmed = [act(400, 1_600, 'answer'), act(400, 900, 'override')];
    for (let ticks = 0; ticks < 3; ticks += 1) confirmed.push(act(300, 1_700, 'tick'));
    // One person alone is no two.
    if (laptops === 1) confirmed.push(act(1_000, 1_700, 'override'));
    return [act(0, 300, 'startList'), ...confirmed, act(1_800, 3_200, 'sign')];
  }).flat();

/** A plan for people, a line a step. */
export const describe = ({ laptops, cards, steps }: Plan): string[] => [
  `${laptops} laptops, ${cards} cards that lost 5.00 each`,
  ...steps.map(({ atMs, ...step }) => `${String(atMs).padStart(5)} ms  ${JSON.stringify(step)}`),
];
