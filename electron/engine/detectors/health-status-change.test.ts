import { describe, expect, it } from 'vitest';
import { rowId } from '../../../shared/domain/row-id.ts';
import { changeFinding, type HealthStatus } from './health-status-change.ts';

describe('a change of the overall health', () => {
  it('is as severe as what it changed to', () => {
    const severity = (to: HealthStatus) =>
      changeFinding({ snapshotId: rowId(1), from: 'UNKNOWN', to, reasons: [], at: 0 }).severity;
    expect([severity('CRITICAL'), severity('WARNING'), severity('HEALTHY')]).toEqual(['CRITICAL', 'HIGH', 'INFO']);
  });
});
