import type { alarmQualityCalls } from '../../shared/contract/alarm-quality.ts';
import { answered } from '../../shared/contract/errors.ts';
import { type healthCalls, healthSchema, trafficSchema } from '../../shared/contract/health.ts';
import { readHealth } from '../engine/health-report.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const healthHandlers = (parts: Parts): HandlersOf<typeof healthCalls & typeof alarmQualityCalls> => ({
  'flood.get': () => answered(parts.festival().team.flood()),
  'alarmQuality.get': () => answered(parts.festival().alarmQuality()),
  'traffic.get': () => answered(parts.festival().cache.get('traffic', trafficSchema) ?? null),
  'health.get': () => answered(parts.festival().cache.get('health', healthSchema) ?? null),
  'health.look': () =>
    whenReachable(parts, async () => {
      const { database, cache } = parts.festival();
      const health = await readHealth(database);
      cache.set('health', health);
      return answered(health);
    }),
  'canary.displayed': async ({ probeId }) => {
    await parts.festival().canary.displayed(probeId);
    return answered({});
  },
});
