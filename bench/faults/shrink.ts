import type { Plan } from './plan.ts';

/**
 * Leaves parts of a plan out for as long as it still fails: halves first, then smaller parts, then single steps.
 * @param fails plays a plan; what fails by chance is tried a few times by the caller
 * @returns the shortest plan that was seen to fail
 */
export const shrink = async (plan: Plan, fails: (plan: Plan) => Promise<boolean>, untilMs: number): Promise<Plan> => {
  let shortest = plan;
  for (let part = Math.ceil(plan.steps.length / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let start = 0; start < shortest.steps.length && performance.now() < untilMs; ) {
      const steps = shortest.steps.filter((_, index) => index < start || index >= start + part);
      const shorter = { ...shortest, steps };
      if (steps.length < shortest.steps.length && (await fails(shorter))) shortest = shorter;
      else start += part;
    }
  }
  return shortest;
};
