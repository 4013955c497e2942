/** What was measured and found of a drill. Times are milliseconds since the fault; null where it did not happen. */
export type DrillFacts = {
  readonly raisedMs: number | null;
  readonly acknowledgedMs: number | null;
  /** The response time of the alert's severity; null where none is due. */
  readonly responseMs: number | null;
  readonly begunMs: number | null;
  /** The steps of the right way through the runbook. */
  readonly steps: readonly DrillStep[];
  readonly decision: 'right' | 'wrong' | 'none';
  readonly ending: 'resolved' | 'false_positive' | 'open';
  readonly money: DrillMoney;
};

export type DrillStep = {
  readonly stepId: string;
  /** Its time window ends so long after the alert. */
  readonly dueMs: number;
  readonly doneMs: number | null;
  readonly skipped: boolean;
};

/** What the database says about the money at the end. */
export type DrillMoney = {
  /** The kind of correction that was due. */
  readonly due: string | null;
  /** Kinds of the corrections that were made on the card since the fault. */
  readonly made: readonly string[];
  /** Whether they moved on the whole what was due. */
  readonly amountRight: boolean;
  /** Whether the card agrees with its history now; null where no card is concerned. */
  readonly agrees: boolean | null;
};

export const SCORE_PARTS = ['acknowledged', 'begun', 'steps', 'decision', 'ending', 'money'] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];

/** What each part is worth; together 100. */
export const SCORE_WORTH: Readonly<Record<ScorePart, number>> = {
  acknowledged: 15,
  begun: 5,
  steps: 25,
  decision: 15,
  ending: 20,
  money: 20,
};

export type ScoreItem = {
  readonly part: ScorePart;
  readonly points: number;
  readonly most: number;
  /** Why: a key of the texts, with its figures. */
  readonly reason: string;
  readonly late: number;
  readonly skipped: number;
  readonly missing: number;
};

export type DrillScore = { readonly points: number; readonly items: readonly ScoreItem[] };

type Judged = { readonly share: number; readonly reason: string; late?: number; skipped?: number; missing?: number };

/** A step that came late is worth half of one in time. */
const LATE_SHARE = 0.5;

/** Judges a drill: full points for each deadline kept, each step done, and an ending after which the database is right. */
export const scoreDrill = (facts: DrillFacts): DrillScore => {
  const items = SCORE_PARTS.map((part): ScoreItem => {
    const { share, reason, late = 0, skipped = 0, missing = 0 } = JUDGES[part](facts);
    const most = SCORE_WORTH[part];
    return { part, points: Math.floor(most * share), most, reason, late, skipped, missing };
  });
  return { points: items.reduce((sum, { points }) => sum + points, 0), items };
};

/** When the alert was there, the operator's clock began: a late alert is not theirs to answer for. */
const sinceAlert = (ms: number, { raisedMs }: DrillFacts): number => ms - (raisedMs ?? 0);

const acknowledged = (facts: DrillFacts): Judged => {
  const { acknowledgedMs, responseMs } = facts;
  if (acknowledgedMs === null) return { share: 0, reason: 'never' };
  if (responseMs !== null && sinceAlert(acknowledgedMs, facts) > responseMs) return { share: 0, reason: 'late' };
  return { share: 1, reason: 'kept' };
};

const begun = ({ begunMs }: DrillFacts): Judged =>
  begunMs === null ? { share: 0, reason: 'never' } : { share: 1, reason: 'kept' };

const steps = (facts: DrillFacts): Judged => {
  const inTime = (step: DrillStep): boolean => step.doneMs !== null && sinceAlert(step.doneMs, facts) <= step.dueMs;
  const done = facts.steps.filter((step) => step.doneMs !== null && !step.skipped);
  const skipped = facts.steps.filter((step) => step.skipped).length;
  const late = done.filter((step) => !inTime(step)).length;
  const missing = facts.steps.length - done.length - skipped;
  const worth = done.length - late + late * LATE_SHARE;
  return {
    share: facts.steps.length === 0 ? 0 : worth / facts.steps.length,
    reason: skipped + late + missing === 0 && done.length > 0 ? 'kept' : 'partly',
    ...{ late, skipped, missing },
  };
};

const decision = ({ decision: decided }: DrillFacts): Judged => ({
  share: decided === 'right' ? 1 : 0,
  reason: decided,
});

/** All faults of a drill are real. */
const ending = ({ ending: ended }: DrillFacts): Judged => ({ share: ended === 'resolved' ? 1 : 0, reason: ended });

const money = ({ money: { due, made, amountRight, agrees }, ending: ended }: DrillFacts): Judged => {
  // Leaving the money alone is right only as a decision, not as a step that was never reached.
  if (due === null && made.length === 0) {
    return ended === 'open' ? { share: 0, reason: 'undecided' } : { share: 1, reason: 'untouched' };
  }
  if (due === null) return { share: 0, reason: 'not_due' };
  if (made.length === 0) return { share: 0, reason: 'not_moved' };
  if (made.length > 1) return { share: 0, reason: 'more_than_once' };
  if (made[0] !== due) return { share: 0, reason: 'wrong_kind' };
  if (!amountRight) return { share: 0, reason: 'wrong_amount' };
  return agrees === false ? { share: 0, reason: 'differs' } : { share: 1, reason: 'once' };
};

const JUDGES: Readonly<Record<ScorePart, (facts: DrillFacts) => Judged>> = {
  acknowledged,
  begun,
  steps,
  decision,
  ending,
  money,
};

/** The best and the last result of each operator with each runbook, of results oldest first. */
export const bestAndLast = <
  R extends { readonly operator: string; readonly runbookId: string; readonly points: number },
>(
  results: readonly R[],
): { operator: string; runbookId: string; count: number; best: R; last: R }[] =>
  [...Map.groupBy(results, ({ operator, runbookId }) => JSON.stringify([operator, runbookId])).values()].flatMap(
    (group) => {
      const [first] = group;
      const last = group.at(-1);
      if (first === undefined || last === undefined) return [];
      const best = group.reduce((most, one) => (one.points > most.points ? one : most), first);
      return [{ operator: first.operator, runbookId: first.runbookId, count: group.length, best, last }];
    },
  );
