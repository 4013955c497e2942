import { expect, it } from 'vitest';
import { scoreCauses } from './causes.ts';

it('the cause of a planted incident is named in 95 of 100, and a wrong one in less than one', () => {
  const score = scoreCauses({ incidents: 400, seed: 47 });
  expect(score.planted).toBe(200);
  expect(score.right / score.planted, score.examples.join('\n')).toBeGreaterThanOrEqual(0.95);
  expect(score.wrong / (score.planted + score.without), score.examples.join('\n')).toBeLessThanOrEqual(0.01);
});
