import { expect, it } from 'vitest';
import { runbookFor } from '../../../shared/runbooks/index.ts';
import { detectors } from './registry.ts';

it.each(detectors.map(({ algorithm }) => algorithm))('%s has a runbook', (algorithm) => {
  expect(runbookFor(algorithm)).toBeDefined();
});
