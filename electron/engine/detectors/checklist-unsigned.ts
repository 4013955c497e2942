import { z } from 'zod';
import { type Finding, type Micros, recordDetector } from '../detector.ts';

export const ALGORITHM = 'checklist_unsigned';

/** Found by the look once a minute (../checklist-watch.ts). */
export const checklistUnsigned = recordDetector({
  input: 'snapshots',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
});

/** A list whose time is over without a signature. */
export type UnsignedList = {
  readonly listId: string;
  readonly windowKey: string;
  readonly title: { readonly en: string; readonly fr: string };
  readonly dueAt: Micros;
};

export const unsignedKey = ({ listId, windowKey }: Pick<UnsignedList, 'listId' | 'windowKey'>): string =>
  `${ALGORITHM}:${listId}:${windowKey}`;

export const unsignedFinding = (list: UnsignedList): Finding => ({
  algorithm: ALGORITHM,
  key: unsignedKey(list),
  eventType: 'system_health',
  severity: 'LOW',
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: list.dueAt,
  facts: {
    list: list.listId,
    window_key: list.windowKey,
    title: { ...list.title },
    due: { micros: list.dueAt },
  },
  fingerprint: String(list.dueAt),
  members: [],
});
