import type { ReconcileView } from '../../shared/contract/register.ts';
import type { Log } from '../lib/log.ts';
import { type Reconciliation as Found, reconcile } from '../operations/corrections/reconcile.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';

/** Reconciling as the screens of this laptop ask for it: one at a time, whoever looks at it meanwhile. */
export type Reconciliation = {
  /** Starts it, where none is under way. */
  start(): void;
  cancel(): void;
  view(): ReconcileView;
};

export const createReconciliation = (options: {
  database: Pick<FestivalDatabase, 'read'>;
  log: Log;
  /** Something of the view has changed. */
  onChange: () => void;
}): Reconciliation => {
  const { database, log, onChange } = options;
  type Run = { readonly controller: AbortController; progress: NonNullable<ReconcileView['running']> };
  let running: Run | undefined;
  let ended: ReconcileView['ended'] = null;
  let found: Found | null = null;

  const run = async (own: Run): Promise<void> => {
    const { signal } = own.controller;
    try {
      found = await reconcile(database, {
        signal,
        onProgress: (progress) => {
          own.progress = progress;
          onChange();
        },
      });
    } catch (error) {
      ended = signal.aborted ? 'cancelled' : 'failed';
      if (!signal.aborted) log.error('reconciling failed', { error });
    } finally {
      running = undefined;
      onChange();
    }
  };

  return {
    start: () => {
      if (running !== undefined) return;
      const own: Run = { controller: new AbortController(), progress: { step: 'corrections', rows: 0 } };
      running = own;
      ended = null;
      onChange();
      void run(own);
    },
    cancel: () => running?.controller.abort(),
    view: () => ({
      running: running?.progress ?? null,
      ended,
      found: found && { ...found, broken: found.broken.map(({ rows, ...one }) => ({ ...one, rows: [...rows] })) },
    }),
  };
};
