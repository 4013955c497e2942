import { z } from 'zod';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import { type Instant, instantSchema } from '../../../shared/contract/primitives.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { PreferenceStore } from '../../buffer/preferences.ts';
import type { KnownOperator } from './operators.ts';
import { unwrapSecret } from './pin.ts';

/** Wrong PINs in a row that lock an operator, and for how long (`console.note_pin` counts them over all laptops). */
export const WRONG_PINS = 10;
const LOCKED_MS = 15 * 60_000;

const triesSchema = z.record(
  z.uuid(),
  z.object({ failures: z.int(), at: instantSchema, lockedUntil: instantSchema.nullable() }),
);
type Tries = z.infer<typeof triesSchema>;

/** Opens an operator's secret with their PIN, with or without the network. */
export type PinCheck = {
  /** @returns the secret, or `pin_wrong` with how many tries are left, or `operator_locked` until when. */
  open(operator: KnownOperator, pin: string): Promise<Answer<Buffer>>;
};

/**
 * Wrong PINs are counted on this laptop's disk, so that neither a restart nor a cut network gives new tries. A supervisor
 * who saves the operator ends the lock.
 */
export const createPinCheck = ({ store, clock }: { store: PreferenceStore; clock: Clock }): PinCheck => {
  const KEY = 'pin-tries';
  const tries = (): Tries => store.read(KEY, triesSchema) ?? {};
  const now = (): Instant => new Date(clock.now()).toISOString();
  return {
    open: async (operator, pin) => {
      const { operatorId, name } = operator;
      if (!operator.active) return failed('operator_inactive', { name });
      const known = tries()[operatorId];
      const before = known !== undefined && known.at > operator.changedAt ? known : undefined;
      const lockedUntil = [before?.lockedUntil, operator.lockedUntil].find((until) => until && until > now());
      if (lockedUntil) return failed('operator_locked', { name, until: lockedUntil });
      // Counted before it is looked at: whoever pulls the plug meanwhile has used the try all the same.
      const expired = before?.lockedUntil != null;
      const failures = (expired ? 0 : (before?.failures ?? 0)) + 1;
      const locks = failures >= WRONG_PINS ? new Date(clock.now() + LOCKED_MS).toISOString() : null;
      store.write(KEY, { ...tries(), [operatorId]: { failures, at: now(), lockedUntil: locks } });
      const secret = await unwrapSecret(operator.wrapped, pin);
      if (secret !== undefined) {
        const { [operatorId]: _, ...others } = tries();
        store.write(KEY, others);
        return answered(secret);
      }
      return locks === null
        ? failed('pin_wrong', { name, left: WRONG_PINS - failures })
        : failed('operator_locked', { name, until: locks });
    },
  };
};
