import type { OutboxView } from '../../../shared/contract/outbox.ts';
import { useCall } from '../../query.ts';

/** What waits and what has to be decided. Null until the first answer. */
export const useOutbox = (): OutboxView | null => useCall('outbox.get', {}).data ?? null;
