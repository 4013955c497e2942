import { v7 as uuid } from 'uuid';
import { isCallName } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { isLostCode, type outboxCalls } from '../../shared/contract/outbox.ts';
import { needsStepUp } from '../../shared/contract/rights.ts';
import type { Outbox, StoredCommand } from '../buffer/outbox.ts';
import { commandProof } from '../operations/operators/proof.ts';
import { keyFor } from '../operations/operators/signed.ts';
import { signCommand } from '../operations/registry.ts';
import { outboxView } from '../outbox/outbox-view.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { submitAs } from './submit.ts';

export const outboxHandlers = (parts: Parts): HandlersOf<typeof outboxCalls> => ({
  'outbox.get': () => answered(outboxView(parts.festival().outbox)),
  'outbox.retry': async ({ operationId }) => {
    const resubmitted = await retry(parts, operationId);
    return resubmitted.ok ? answered({}) : resubmitted;
  },
  'outbox.retryLost': async () => {
    const lost = parts
      .festival()
      .outbox.conflicts()
      .filter(({ outcome }) => outcome !== null && 'error' in outcome && outcome.error.code === 'lost_by_database');
    let given = 0;
    for (const { operationId } of lost) if ((await retry(parts, operationId)).ok) given += 1;
    return answered({ given, left: lost.length - given });
  },
  'outbox.dropLost': async ({ operationIds, reason }) => {
    let discarded = 0;
    for (let from = 0; from < operationIds.length; from += AT_ONCE) {
      const some = operationIds.slice(from, from + AT_ONCE);
      discarded += (await Promise.all(some.map((dropped) => dropLost(parts, dropped, reason)))).filter(Boolean).length;
    }
    return answered({ discarded, left: operationIds.length - discarded });
  },
  'outbox.seen': ({ operationId }) => {
    parts.festival().sender.markSeen(operationId, parts.session.operator() ?? '');
    return answered({});
  },
  'outbox.export': async ({ passphrase }) => {
    const { outbox, festivalId } = parts.festival();
    const id = festivalId();
    if (id === undefined) return failed('never_connected');
    const writtenAt = new Date(parts.clock.now()).toISOString();
    const { laptop } = parts.session.get();
    let commands = 0;
    const counted = function* () {
      for (const part of inParts(outbox)) {
        commands += part.length;
        yield part;
      }
    };
    const content = await parts.foreignFiles.writeOutbox(counted(), {
      ...{ festivalId: id, laptop, writtenAt, passphrase },
    });
    if (!content.ok) return content;
    const fileName = `regie-${laptop}-${writtenAt.slice(0, 19).replace(/:/g, '')}.age`.replace(/ /g, '-');
    return answered({ fileName, content: content.value, commands });
  },
  'outbox.import': async ({ content, passphrase }) => {
    const { sender, festivalId } = parts.festival();
    const id = festivalId();
    if (id === undefined) return failed('never_connected');
    const carried = await parts.foreignFiles.openOutbox({ content, festivalId: id, passphrase });
    if (!carried.ok) return carried;
    let [added, all] = [0, 0];
    for await (const part of carried.value) {
      added += part.filter((command) => sender.adopt(command)).length;
      all += part.length;
    }
    return answered({ added, known: all - added });
  },
});

/** Commands that are written to the disk in one go, and wait for their answers together. */
const AT_ONCE = 50;

/** @returns whether it is discarded: as soon as that is on this laptop's disk, unless the database has refused it by now */
const dropLost = async (parts: Parts, dropped: string, reason: string): Promise<boolean> => {
  const signatory = parts.session.signatory();
  const stored = parts.festival().outbox.conflict(dropped);
  const { outcome = null } = stored ?? {};
  if (signatory === null || outcome === null || !('error' in outcome) || !isLostCode(outcome.error.code)) return false;
  const answer = await submitAs(parts, signatory, {
    name: 'outbox.drop',
    input: { operationId: uuid(), dropped, reason },
  });
  return answer.ok && (answer.value.outcome === 'applied' || answer.value.outcome === 'waiting');
};

const retry = async (parts: Parts, operationId: string): Promise<Answer<object>> => {
  const signatory = parts.session.signatory();
  if (signatory === null) return failed('not_signed_in');
  const command = parts.festival().outbox.find(operationId)?.command;
  if (command !== undefined && isCallName(command) && needsStepUp(command) && signatory.sessionKey === null) {
    return failed('step_up_required', { name: signatory.author.operator });
  }
  return parts.festival().sender.resubmit(operationId, {
    operationId: uuid(),
    author: signatory.author,
    sign: (submitted) => signCommand(submitted, keyFor(signatory, submitted.name)),
    prove: ({ name, author, body }) => {
      const { operatorId, laptopId } = signatory.author;
      if (author.operatorId !== operatorId || author.laptopId !== laptopId) return undefined;
      const { keyId, secret } = keyFor(signatory, name);
      return { keyId, proof: commandProof(secret, body) };
    },
  });
};

/** As many as are read from the disk in some milliseconds. */
const SOME = 100;

/** What waits, in the order of its submission, some at a time. */
function* inParts(outbox: Pick<Outbox, 'unsettled'>): Generator<readonly StoredCommand[]> {
  for (let after = 0; ; ) {
    const part = outbox.unsettled({ limit: SOME, after });
    yield part;
    const last = part.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}
