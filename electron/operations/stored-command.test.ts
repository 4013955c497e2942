import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { readBody } from '../../shared/domain/command-body.ts';
import { authorOf, signed } from '../testing/operators.ts';
import { hashOf, isAsSigned, type SubmittedCommand } from './registry.ts';

it('a command that was written and read again is the one that was submitted, whatever order its keys had', () => {
  const submitted: SubmittedCommand = {
    name: 'runbook.completeStep',
    input: {
      operationId: uuid(),
      supersedes: undefined,
      runId: uuid(),
      stepId: 'backup',
      result: { table: 'events_backup', events: 0 },
    },
    author: authorOf('Léa'),
  };
  const { body } = signed(submitted);
  const said = readBody(body);
  if (said === undefined) throw new Error('a body that cannot be read');
  const input = { ...said.input, operationId: said.operationId };
  const stored = { ...said, body, input, contentHash: hashOf(submitted) };
  expect(isAsSigned(stored)).toBe(true);
  const other = { ...input, result: { table: 'events_backup', events: 1 } };
  expect(isAsSigned({ ...stored, input: other })).toBe(false);
});
