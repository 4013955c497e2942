import type { RunningDrill } from '../../shared/contract/drills.ts';
import { DRILLS } from '../../shared/domain/drills.ts';
import type { FaultKind } from '../../shared/domain/fault.ts';
import type { Label } from '../training/index.ts';
import { progressOf, timesOf } from './facts.ts';
import type { Reading } from './reading.ts';
import type { DrillRow } from './rows.ts';

/** A drill that is under way. */
export type Running = {
  readonly row: DrillRow;
  readonly kind: FaultKind;
  /** Null while the fault is being made. */
  readonly label: Label | null;
  readonly reading: Reading | null;
};

/** A running drill as the screens show it: nothing that would give the fault away before the alert is acknowledged. */
export const viewOf = ({ row, kind, label, reading }: Running): RunningDrill => {
  const read = reading ?? NOTHING_YET;
  const times = timesOf(read);
  const progress = progressOf(read);
  const answeredAlert = times.acknowledgedMs !== null;
  return {
    drillId: row.drillId,
    kind: row.surprise ? null : kind,
    operator: row.operator,
    laptop: row.laptop,
    quiet: row.quiet,
    begunAt: row.begunAt,
    faultAt: row.faultAt,
    times,
    stepsDone: progress?.done ?? 0,
    stepsKnown: progress?.known ?? null,
    incidentId: answeredAlert ? (read.alert?.incidentId ?? null) : null,
    answer: answeredAlert && label !== null && DRILLS[label.kind].asks ? label.kind : null,
    canFinish: canFinish(read),
  };
};

const NOTHING_YET: Reading = { alert: null, run: null, corrections: [], discrepancyCents: null };

const isClosed = ({ alert }: Reading): boolean => alert?.status === 'RESOLVED' || alert?.status === 'FALSE_POSITIVE';

/** The alert is closed, and its runbook is not in progress. */
export const isOver = (reading: Reading): boolean =>
  isClosed(reading) && (reading.run === null || reading.run.finished);

export const canFinish = (reading: Reading): boolean => isClosed(reading) || reading.run?.finished === true;
