import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import { rowId } from '../../../shared/domain/row-id.ts';
import type { RunbookRun } from '../../../shared/domain/run.ts';
import { runbookFor } from '../../../shared/runbooks/index.ts';
import { anAlert, anEvent } from '../../../shared/testing/alerts.ts';
import { primaryOf } from './primary.ts';

const runbook = runbookFor('balance_deduction_on_failure') ?? null;
const alert = (some: Partial<AlertEvent> = {}, open = true) => anAlert(anEvent(some), [], { open });
const run = (some: Partial<RunbookRun> = {}): RunbookRun => ({
  ...{ runId: 'r', eventId: rowId(1), runbookId: runbook?.id ?? '', runbook, startedAt: '2026-07-03T21:01:00Z' },
  ...{ startedBy: 'Léa', finishedAt: null, outcome: null, steps: [], ticks: [], joins: [], ...some },
});
const mine = { takenBy: 'Léa', acknowledgedBy: 'Léa' };

describe('what is to be done next', () => {
  it('is to take what nobody has, and what somebody else has by their name', () => {
    expect(primaryOf({ alert: alert(), run: null, runbook }, 'Léa')).toEqual({ act: 'take' });
    expect(primaryOf({ alert: alert({ takenBy: 'Nils' }), run: null, runbook }, 'Léa')).toEqual({
      act: 'takeOver',
      from: 'Nils',
    });
  });

  it('is then the runbook, from its start and from where it stands', () => {
    expect(primaryOf({ alert: alert(mine), run: null, runbook }, 'Léa')).toEqual({ act: 'start' });
    expect(primaryOf({ alert: alert(mine), run: run(), runbook }, 'Léa')).toEqual({
      ...{ act: 'continue', step: 1, of: runbook?.steps.length },
    });
  });

  it('is to close it where there is no runbook, or it is finished', () => {
    expect(primaryOf({ alert: alert(mine), run: null, runbook: null }, 'Léa')).toEqual({ act: 'resolve' });
    const finished = run({ finishedAt: '2026-07-03T21:09:00Z' });
    expect(primaryOf({ alert: alert(mine), run: finished, runbook }, 'Léa')).toEqual({ act: 'resolve' });
  });

  it('is to reopen what is closed', () => {
    expect(primaryOf({ alert: alert({ status: 'RESOLVED' }, false), run: null, runbook }, 'Léa')).toEqual({
      act: 'reopen',
    });
  });
});
