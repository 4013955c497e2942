import { describe, expect, it } from 'vitest';
import { runbookSchema } from '../domain/runbook.ts';
import { builtinRunbooks } from './index.ts';

describe('the runbooks that come with Regie', () => {
  it.each(builtinRunbooks.map((runbook) => [runbook.id, runbook] as const))(
    '%s is what the schema reads',
    (_, runbook) => {
      expect(runbookSchema.parse(runbook)).toEqual(runbook);
    },
  );
});
