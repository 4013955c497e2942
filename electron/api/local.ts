import type { CallsOf } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { FaultImpossible, type TrainingFestival } from '../training/index.ts';
import type { Handlers } from './index.ts';
import type { Parts } from './parts.ts';

/** Change this laptop only, or its training festival. */
export const localHandlers = (parts: Parts): Pick<Handlers, CallsOf<'local'>> => {
  const inTraining = async <T>(work: (training: TrainingFestival) => Promise<T> | T): Promise<Answer<T>> => {
    const training = parts.training();
    return training === null ? failed('training_only') : answered(await work(training));
  };
  return {
    'session.signIn': ({ operator }) => answered(parts.session.signIn(operator)),
    'session.setPreferences': (changed) => answered(parts.session.setPreferences(changed)),
    'connection.use': async ({ settings }) => {
      await parts.connection.use(settings);
      return answered({});
    },
    'engine.pauseCatchUp': ({ paused }) => {
      parts.festival().engine.pauseCatchUp(paused);
      return answered({});
    },
    'replay.cancel': () => {
      parts.festival().cancelReplay();
      return answered({});
    },
    'alerts.painted': async ({ eventIds }) => {
      await parts.festival().painted(eventIds);
      return answered({});
    },
    'canary.painted': async ({ probeId }) => {
      await parts.festival().canary.painted(probeId);
      return answered({});
    },
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
        await training.inject(kind);
        return training.status();
      }).catch((error) => {
        if (error instanceof FaultImpossible) return failed('fault_impossible');
        throw error;
      }),
  };
};
