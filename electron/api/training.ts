import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { trainingCalls } from '../../shared/contract/training.ts';
import { injectFault } from '../drills/index.ts';
import { FaultImpossible, type TrainingFestival } from '../training/index.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const trainingHandlers = (parts: Parts): HandlersOf<typeof trainingCalls> => {
  const inTraining = async <T>(work: (training: TrainingFestival) => Promise<T> | T): Promise<Answer<T>> => {
    const training = parts.training();
    return training === null ? failed('training_only') : answered(await work(training));
  };
  return {
    'training.get': () => answered(parts.training()?.status() ?? null),
    'training.run': ({ running }) =>
      inTraining((training) => {
        training.setRunning(running);
        return training.status();
      }),
    'training.setSpeed': ({ speed }) =>
      inTraining((training) => {
        training.setSpeed(speed);
        return training.status();
      }),
    'training.setAutoFaults': ({ on }) =>
      inTraining((training) => {
        training.setAutoFaults(on);
        return training.status();
      }),
    'training.inject': ({ kind }) =>
      inTraining(async (training) => {
        await injectFault(training, parts.festival(), kind);
        return training.status();
      }).catch((error) => {
        if (error instanceof FaultImpossible) return failed('fault_impossible');
        throw error;
      }),
  };
};
