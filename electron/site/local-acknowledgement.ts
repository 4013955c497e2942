import { keyFor, type Signatory } from '../operations/operators/signed.ts';
import { signCommand } from '../operations/registry.ts';
import type { LocalAcknowledgement } from '../operations/troubles/trouble-keeper.ts';
import type { Sender } from '../outbox/sender.ts';

/**
 * What somebody acknowledged on this laptop alone, on the alert that the festival has made of it: their own signed command, as
 * long as they are signed in here. Nobody else signs for them: then the festival has what the laptop says of it, and no more
 * (docs/watching.md, "Without the database").
 */
export const submitAcknowledgement = (
  { operationId, eventId }: LocalAcknowledgement,
  signatory: Signatory | null,
  sender: Pick<Sender, 'submit'>,
): void => {
  if (signatory === null) return;
  const command = { name: 'alert.acknowledge', input: { operationId, eventId }, author: signatory.author } as const;
  // What becomes of it is shown like that of any other.
  void sender.submit(signCommand(command, keyFor(signatory, command.name)));
};
