import { type CallName, type CallOutput, calls, type ParsedInput } from '../../shared/contract/calls.ts';
import { type Answer, failed, type RegieError } from '../../shared/contract/errors.ts';
import type { Log } from '../lib/log.ts';

/** One function a call of the contract; inputs arrive parsed. */
export type Handlers = {
  readonly [Name in CallName]: (
    input: ParsedInput<Name>,
  ) => Promise<Answer<CallOutput<Name>>> | Answer<CallOutput<Name>>;
};

const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);

/**
 * Answers calls by name. Unknown names and inputs that do not fit are refused with what was wrong; an error that a
 * handler did not foresee is logged and answered as `internal`. Never rejects.
 */
export const createApi = (
  handlers: Handlers,
  /** `refusal`: why whoever is signed in may not make this call; undefined where they may. */
  { refusal, log }: { refusal: (name: CallName) => RegieError | undefined; log: Log },
) => ({
  call: async (name: string, input: unknown): Promise<Answer<unknown>> => {
    if (!isCallName(name)) return failed('unknown_call', { name: name.slice(0, 100) });
    const parsed = calls[name].input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return failed('bad_input', { call: name, where: issue?.path.join('.') ?? '', what: issue?.message ?? '' });
    }
    const refused = refusal(name);
    if (refused !== undefined) return { ok: false, error: refused };
    try {
      // The pair of name and parsed input is one entry of the contract; the compiler cannot follow it through the table.
      const handler = handlers[name] as (value: unknown) => Promise<Answer<unknown>> | Answer<unknown>;
      return await handler(parsed.data);
    } catch (error) {
      log.error('a call failed', { call: name, error });
      return failed('internal');
    }
  },
});
