import { type CallInput, type CallName, type CallOutput, type CommandName, rulesOf } from '../shared/contract/calls.ts';
import type { Answer } from '../shared/contract/errors.ts';
import { type CommandOutcome, someRefused } from '../shared/contract/outcome.ts';
import type { Alert } from '../shared/domain/alert.ts';
import { type CommandInput, call, newOperationId } from './bridge.ts';
import { errorSentence, i18n } from './i18n.ts';
import { showSubmitted } from './stores/alerts.ts';
import { useSystem } from './stores/system.ts';
import { askSignIn, showToast } from './stores/ui.ts';

/**
 * Calls the core. While signed out it asks for name and PIN, after a sign-in without the network for the PIN once more, and
 * calls again: nothing is entered twice.
 * @param onRefused before anybody is asked for anything
 */
export const callSigned = async <Name extends CallName>(
  name: Name,
  input: CallInput<Name>,
  onRefused: () => void = () => undefined,
): Promise<Answer<CallOutput<Name>>> => {
  const answer = await call(name, input);
  if (answer.ok) return answer;
  onRefused();
  const { code, params } = answer.error;
  if (code === 'not_signed_in') return (await askSignIn()) ? call(name, input) : answer;
  if (code === 'step_up_required') return (await askSignIn(String(params.name))) ? call(name, input) : answer;
  return answer;
};

/**
 * Submits a command and shows the operator what became of it.
 * @param message `on`: alerts on which it shows at once, before the core has it; `stands`: whether it is to be done, where
 *   that is not clear yet when it is shown
 * @returns the outcome when it was applied or waits; null when it was refused, which the operator has been shown then, or not done.
 */
export const submit = async <Name extends CommandName>(
  name: Name,
  input: CommandInput<Name>,
  message: {
    done?: string | null;
    waiting?: null;
    undo?: () => void;
    on?: readonly Alert[];
    stands?: Promise<boolean>;
  } = {},
): Promise<CommandOutcome | null> => {
  // Without its operationId an input is what CommandInput says; with it, what the contract says.
  const operationId = input.operationId ?? newOperationId();
  const whole = { ...input, operationId };
  const answered = showAtOnce(name, whole, message.on ?? []);
  if (message.stands !== undefined && !(await message.stands)) {
    answered(false);
    return null;
  }
  const answer = await callSigned(name, whole as unknown as CallInput<Name>, () => answered(false));
  if (!answer.ok) {
    showToast(errorSentence(answer.error), 'bad');
    return null;
  }
  const outcome: CommandOutcome = answer.value as CommandOutcome;
  answered(outcome.outcome === 'applied' || outcome.outcome === 'waiting');
  switch (outcome.outcome) {
    case 'applied': {
      const refused = someRefused(outcome);
      if (refused !== null) {
        void call('outbox.seen', { operationId });
        showToast(errorSentence(refused), 'bad', message.undo);
        return outcome;
      }
      if (message.done !== null) showToast(message.done ?? i18n.t('alert.saved'), 'good', message.undo);
      return outcome;
    }
    case 'waiting':
      if (message.waiting !== null) showToast(i18n.t('alert.waiting'), 'good', message.undo);
      return outcome;
    case 'conflict':
    case 'rejected':
      // Shown on the spot: it needs no place among the conflicts.
      void call('outbox.seen', { operationId });
      showToast(errorSentence(outcome.error), 'bad');
      return null;
  }
};

/** What the core will show of a command that waits, by the same declaration, for the moment until it does. */
const showAtOnce = (
  name: CommandName,
  input: { operationId: string },
  alerts: readonly Alert[],
): ((taken: boolean) => void) => {
  const { session } = useSystem.getState();
  const incident = rulesOf(name).optimistic?.incident;
  if (alerts.length === 0 || incident === undefined || session === null || session.operator === null) {
    return () => undefined;
  }
  const author = { operator: session.operator, operatorId: '', laptop: session.laptop, laptopId: null };
  const waiting = { input, author: { ...author, laptopAt: new Date().toISOString() } };
  return showSubmitted(alerts, (alert) => {
    const shown = incident({ alert, timeline: [], run: null }, waiting).alert;
    return { ...shown, waiting: alert.waiting + 1 };
  });
};
