import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { calls } from '../../shared/contract/calls.ts';
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
  const command = signed(submitted);
  const read = readBody(command.body);
  const input = calls['runbook.completeStep'].input.parse({ ...read?.input, operationId: read?.operationId });
  expect(isAsSigned({ ...command, name: 'runbook.completeStep', input }, hashOf(submitted))).toBe(true);
  const other = { ...input, result: { table: 'events_backup', events: 1 } };
  expect(isAsSigned({ ...command, name: 'runbook.completeStep', input: other }, hashOf(submitted))).toBe(false);
});
