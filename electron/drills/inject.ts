import type { FaultKind } from '../../shared/domain/fault.ts';
import { LeaseLost } from '../engine/engine.ts';
import type { Site } from '../site/site.ts';
import type { Label, TrainingFestival } from '../training/index.ts';

/**
 * Does a fault to the training festival. An edited log is found by the recompute of every hour: one comes at once.
 * @throws FaultImpossible when no card can have it.
 */
export const injectFault = async (
  training: Pick<TrainingFestival, 'inject'>,
  festival: Pick<Site, 'engine'>,
  kind: FaultKind,
): Promise<Label> => {
  const label = await training.inject(kind);
  if (kind === 'edited_log') {
    await festival.engine.recompute().catch((error) => {
      // The laptop that runs the engine finds it within the hour.
      if (!(error instanceof LeaseLost)) throw error;
    });
  }
  return label;
};
