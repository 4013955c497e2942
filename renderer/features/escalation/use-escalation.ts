import type { EscalationView } from '../../../shared/domain/escalation.ts';
import { useCall } from '../../query.ts';

/** Who is notified and how, as this laptop's cache has it. Null until the festival has answered once. */
export const useEscalation = (): EscalationView | null => useCall('escalation.get', {}).data ?? null;
