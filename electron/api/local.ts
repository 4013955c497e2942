import { v7 as uuid } from 'uuid';
import type { CallsOf } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { injectFault } from '../drills/index.ts';
import { signCommand } from '../operations/registry.ts';
import { readOutboxFile, writeOutboxFile } from '../outbox/export-file.ts';
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
    'session.signIn': ({ operatorId, pin }) => parts.people.signIn(operatorId, pin),
    'session.lock': () => answered(parts.session.lock()),
    'session.active': () => {
      parts.session.active();
      return answered({});
    },
    'presence.show': ({ incidentId }) => {
      void parts.festival().presence.show(incidentId);
      return answered({});
    },
    'session.setPreferences': (changed) => answered(parts.session.setPreferences(changed)),
    'connection.use': ({ settings }) => parts.connection.use(settings),
    'connection.enterPassword': ({ password }) => parts.festival().enterPassword(password),
    'engine.pauseCatchUp': ({ paused }) => {
      parts.festival().engine.pauseCatchUp(paused);
      return answered({});
    },
    'replay.cancel': () => {
      parts.festival().cancelJudging();
      return answered({});
    },
    'disk.acknowledge': () => {
      parts.disk.acknowledge();
      return answered({});
    },
    'link.retry': () => {
      parts.festival().retry();
      return answered({});
    },
    'outbox.retry': async ({ operationId }) => {
      const author = parts.session.author();
      const signedIn = parts.session.signedIn();
      if (author === null || signedIn === null) return failed('not_signed_in');
      const given = await parts.festival().replay.resubmit(operationId, {
        operationId: uuid(),
        author,
        sign: (command) => signCommand(command, signedIn.secret),
      });
      return given.ok ? answered({}) : given;
    },
    'outbox.seen': ({ operationId }) => {
      parts.festival().replay.markSeen(operationId, parts.session.operator() ?? '');
      return answered({});
    },
    'outbox.export': async ({ passphrase }) => {
      const { outbox, festivalId } = parts.festival();
      const id = festivalId();
      if (id === undefined) return failed('never_connected');
      const commands = outbox.unsettled();
      const writtenAt = new Date(parts.clock.now()).toISOString();
      const { laptop } = parts.session.get();
      const content = await writeOutboxFile({ commands, festivalId: id, laptop, writtenAt, passphrase });
      const fileName = `regie-${laptop}-${writtenAt.slice(0, 19).replace(/:/g, '')}.age`.replace(/ /g, '-');
      return answered({ fileName, content, commands: commands.length });
    },
    'outbox.import': async ({ content, passphrase }) => {
      const { replay, festivalId } = parts.festival();
      const id = festivalId();
      if (id === undefined) return failed('never_connected');
      const carried = await readOutboxFile({ content, festivalId: id, passphrase });
      if (!carried.ok) return carried;
      const added = carried.value.filter((command) => replay.adopt(command)).length;
      return answered({ added, known: carried.value.length - added });
    },
    'alerts.painted': async ({ eventIds }) => {
      await parts.festival().painted(eventIds);
      return answered({});
    },
    'canary.painted': async ({ probeId }) => {
      await parts.festival().canary.painted(probeId);
      return answered({});
    },
    'runbooks.reload': () => {
      parts.runbooks.reload();
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
        await injectFault(training, parts.festival(), kind);
        return training.status();
      }).catch((error) => {
        if (error instanceof FaultImpossible) return failed('fault_impossible');
        throw error;
      }),
    'drill.begin': (what) => parts.drills.start(what),
    'drill.finish': () => parts.drills.finish(),
    'drill.abandon': () => parts.drills.abandon(),
  };
};
