import type { CommandName, ParsedInput } from '../../shared/contract/calls.ts';
import { failed } from '../../shared/contract/errors.ts';
import { MONEY_DETECTORS } from '../../shared/domain/silence.ts';
import { detectorNamed, parseThresholds } from '../engine/thresholds.ts';
import { type GivenCommand, signCommand } from '../operations/registry.ts';
import type { Handlers } from './index.ts';
import type { Parts } from './parts.ts';

/** Every command says who, where and when, is signed, and goes to the outbox. */
export const commandHandlers = (parts: Parts): Pick<Handlers, CommandName> => {
  const submit =
    <Name extends CommandName>(name: Name) =>
    async (input: ParsedInput<Name>) => {
      const author = parts.session.author();
      const signedIn = parts.session.signedIn();
      if (author === null || signedIn === null) return failed('not_signed_in');
      parts.session.active();
      // Name and input belong together by this function's own signature.
      return parts.festival().replay.submit(signCommand({ name, input, author } as GivenCommand, signedIn.secret));
    };
  return {
    'alert.acknowledge': submit('alert.acknowledge'),
    'alert.unacknowledge': submit('alert.unacknowledge'),
    'alert.take': submit('alert.take'),
    'alert.snooze': submit('alert.snooze'),
    'alert.reopen': submit('alert.reopen'),
    'alert.note': submit('alert.note'),
    'alert.merge': submit('alert.merge'),
    'alert.split': submit('alert.split'),
    'mention.read': submit('mention.read'),
    'alert.resolve': submit('alert.resolve'),
    'alert.falsePositive': submit('alert.falsePositive'),
    'runbook.start': (input) => {
      // The run carries what it was begun with, so that every laptop shows and judges it.
      const runbook = parts.runbooks.find(input.runbookId);
      if (runbook === undefined) return failed('runbook_unknown', { runbook: input.runbookId });
      return submit('runbook.start')({ ...input, runbook });
    },
    'runbook.completeStep': submit('runbook.completeStep'),
    'runbook.skipStep': submit('runbook.skipStep'),
    'runbook.tick': submit('runbook.tick'),
    'runbook.end': submit('runbook.end'),
    'monitoring.stop': submit('monitoring.stop'),
    'monitoring.restart': submit('monitoring.restart'),
    'events.backup': submit('events.backup'),
    'correction.apply': submit('correction.apply'),
    'correction.propose': submit('correction.propose'),
    'correction.proposeBulk': submit('correction.proposeBulk'),
    // Goes through the outbox, so that a lost answer does no harm, but nobody approves figures that nobody can see.
    'correction.approve': (input) =>
      parts.festival().reachable() ? submit('correction.approve')(input) : failed('offline'),
    'correction.reject': submit('correction.reject'),
    'correction.withdraw': submit('correction.withdraw'),
    'correction.cancel': submit('correction.cancel'),
    'receipt.sent': submit('receipt.sent'),
    'detectors.set': (input) => {
      const detector = detectorNamed(input.algorithm);
      if (detector === undefined) return failed('not_found');
      const parsed = parseThresholds(detector, input.thresholds);
      if (!parsed.ok) return failed('bad_input', { call: 'detectors.set', where: parsed.where, what: parsed.what });
      return submit('detectors.set')({ ...input, thresholds: parsed.thresholds });
    },
    // Refused on the spot, with or without the network: money is never held back.
    'silence.start': (input) =>
      input.algorithm !== null && MONEY_DETECTORS.includes(input.algorithm)
        ? failed('silence_money')
        : submit('silence.start')(input),
    'silence.end': submit('silence.end'),
    'handover.offer': submit('handover.offer'),
    'handover.accept': submit('handover.accept'),
    'handover.withdraw': submit('handover.withdraw'),
    'escalation.set': submit('escalation.set'),
    'escalation.called': submit('escalation.called'),
    'outbox.drop': submit('outbox.drop'),
    'session.refused': submit('session.refused'),
  };
};
