import { v7 as uuid, v5 as uuidOf } from 'uuid';
import type { carriedCalls } from '../../shared/contract/carried.ts';
import { type Answer, answered, failed, type RegieError } from '../../shared/contract/errors.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { hashOf } from '../foreign-files/carried-file.ts';
import { createMutex } from '../lib/mutex.ts';
import { readOutcome } from '../operations/command/operation.ts';
import type { Signatory } from '../operations/operators/signed.ts';
import {
  type CarriedCommand,
  carriedOf,
  changesOf,
  commandsFor,
  readCurrentSettings,
} from '../site/carried-settings.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';
import { submitAs, submitNow } from './submit.ts';

/** Whoever changes settings has signed in with the network, and not long ago. */
const steppedUp = (parts: Parts): Answer<Signatory> => {
  const signatory = parts.session.signatory();
  if (signatory === null) return failed('not_signed_in');
  return parts.session.get().steppedUp
    ? answered(signatory)
    : failed('step_up_required', { name: signatory.author.operator });
};

export const carriedHandlers = (parts: Parts): HandlersOf<typeof carriedCalls> => {
  const mutex = createMutex();
  return {
    'carried.export': ({ passphrase }) =>
      whenReachable(parts, async () => {
        const signatory = steppedUp(parts);
        if (!signatory.ok) return signatory;
        const { database, channels } = parts.festival();
        const current = await readCurrentSettings(database);
        const secrets = passphrase !== null && current.escalation.version > 0;
        const escalation = secrets ? await channels.read() : answered(current.escalation.settings);
        if (!escalation.ok) return escalation;
        const settings = carriedOf(current, escalation.value);
        const noted = await submitNow(parts, signatory.value, {
          name: 'carried.note',
          input: { operationId: uuid(), secrets, sha256: hashOf(settings) },
        });
        if (!noted.ok) return noted;
        const writtenAt = new Date(parts.clock.now()).toISOString();
        const festival = parts.session.get().festival.name;
        const content = await parts.foreignFiles.writeSettings({ festival, writtenAt, secrets, settings, passphrase });
        if (!content.ok) return content;
        return answered({
          fileName: nameOf(festival, writtenAt, passphrase === null ? 'json' : 'age'),
          content: content.value,
        });
      }),
    'carried.preview': (asked) =>
      whenReachable(parts, async () => {
        const file = await parts.foreignFiles.openSettings(asked);
        if (!file.ok) return file;
        const { festival, writtenAt, secrets } = file.value;
        const found = changesOf(await readCurrentSettings(parts.festival().database), file.value);
        return answered({ festival, writtenAt, secrets, ...found });
      }),
    // One at a time: what is asked twice finds what was made the first time.
    'carried.import': ({ content, passphrase, importId, ids }) =>
      mutex.run(() =>
        whenReachable(parts, async () => {
          const signatory = steppedUp(parts);
          if (!signatory.ok) return signatory;
          const file = await parts.foreignFiles.openSettings({ content, passphrase });
          if (!file.ok) return file;
          const current = await readCurrentSettings(parts.festival().database);
          const commands = commandsFor(current, file.value, new Set(ids));
          const results = [];
          for (const command of commands) {
            results.push(await make(parts, signatory.value, command, importId));
          }
          // What is so already: made by the same import before, or by somebody else meanwhile.
          const left = ids.filter((id) => !commands.some((command) => command.ids.includes(id)));
          return answered({
            results: [...results, ...left.map((id) => ({ ids: [id], outcome: 'applied' as const, error: null }))],
          });
        }),
      ),
  };
};

type Result = { ids: string[]; outcome: 'applied' | 'waiting' | 'refused'; error: RegieError | null };

/** Submits one change under the id that this import always gives it: a second time nothing is done. */
const make = async (parts: Parts, signatory: Signatory, command: CarriedCommand, importId: string): Promise<Result> => {
  const ids = [...command.ids];
  const operationId = uuidOf(`${command.name} ${ids[0]}`, importId);
  const before = await parts.festival().database.read((tx) => readOutcome(tx, operationId));
  if (before !== undefined) return resultOf(ids, before);
  // Name and input belong together by the type of a carried command; the compiler cannot follow it through the spread.
  const input = { ...command.input, operationId } as never;
  const answer = await submitAs(parts, signatory, { name: command.name, input });
  if (!answer.ok) return { ids, outcome: 'refused', error: answer.error };
  // Whoever asked is told now: it needs no place in the inbox of conflicts.
  if (answer.value.outcome !== 'waiting') parts.festival().sender.markSeen(operationId, signatory.author.operator);
  return resultOf(ids, answer.value);
};

const resultOf = (ids: string[], outcome: CommandOutcome): Result => {
  switch (outcome.outcome) {
    case 'applied':
    case 'waiting':
      return { ids, outcome: outcome.outcome, error: null };
    case 'conflict':
    case 'rejected':
      return { ids, outcome: 'refused', error: outcome.error };
  }
};

const nameOf = (festival: string, writtenAt: string, ending: string): string => {
  const words = festival.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'training';
  return `regie-settings-${words}-${writtenAt.slice(0, 10)}.${ending}`.toLowerCase();
};
