import { z } from 'zod';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { expected } from '../fault.ts';
import type { Fault } from './kit.ts';

const writtenRow = z.object({ event_id: idColumn, at: instantColumn });

/**
 * The health of a system changes over hours: this is written as an earlier monitoring system writes it, not found by
 * our detector.
 */
export const healthChange: Fault = ({ monitoring, ownName, withoutCard }) =>
  withoutCard('health_change', null, async () => {
    const report = ownName('report');
    const facts = { from: 'HEALTHY', to: 'WARNING', reasons: ['detection_seconds: warning'], report };
    const { at } = await monitoring.write((tx) =>
      tx.row(
        writtenRow,
        sql`/* festival:earlier-monitoring */
          insert into monitoring_events (event_type, severity, detection_timestamp, detection_algorithm, confidence_score,
            event_data)
          values ('system_health', 'HIGH', now(), 'health_status_change', 1, ${JSON.stringify(facts)}::jsonb)
          returning event_id, detection_timestamp as at`,
      ),
    );
    return { about: report, at, logIds: [], expects: [expected('health_status_change', null)] };
  });
