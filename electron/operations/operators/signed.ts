import type { CallName } from '../../../shared/contract/calls.ts';
import { type Answer, failed } from '../../../shared/contract/errors.ts';
import { needsStepUp, type SignedCall } from '../../../shared/contract/rights.ts';
import { writeBody } from '../../../shared/domain/command-body.ts';
import type { Author } from '../../../shared/domain/operator.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { applied, rejected } from '../command/command-handler.ts';
import { settleOperation, takeCommand } from '../command/operation.ts';
import { commandProof, type SigningKey } from './proof.ts';

/** Somebody at this laptop who can sign. */
export type Signatory = {
  readonly author: Author;
  /** For what can wait on this laptop. */
  readonly laptopKey: SigningKey;
  /** For what needs a session that was opened with the network; null where there is none. */
  readonly sessionKey: SigningKey | null;
};

/** What this call is signed with. Without the session that it needs, the database refuses it: `step_up_required`. */
export const keyFor = ({ laptopKey, sessionKey }: Signatory, call: CallName): SigningKey =>
  needsStepUp(call) ? (sessionKey ?? laptopKey) : laptopKey;

/** Does a signed command that needs the network, in one transaction. */
export const signed = <T>(
  database: FestivalDatabase,
  by: Signatory,
  given: { operationId: string; command: SignedCall; content: Readonly<Record<string, unknown>> },
  act: (tx: Transaction) => Promise<Answer<T>>,
): Promise<Answer<T>> =>
  database.write(async (tx) => {
    const { operationId, command } = given;
    const body = writeBody({ name: command, input: { ...given.content, operationId }, author: by.author });
    const { keyId, secret } = keyFor(by, command);
    const taken = await takeCommand(tx, { body, keyId, proof: commandProof(secret, body) });
    if (!taken.taken) {
      return 'error' in taken.outcome ? { ok: false, error: taken.outcome.error } : failed('operation_reused');
    }
    const answer = await act(tx);
    await settleOperation(tx, operationId, answer.ok ? applied() : rejected(answer.error.code, answer.error.params));
    return answer;
  });
