import { z } from 'zod';
import { type Answer, failed } from '../../../shared/contract/errors.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import { type Instant, instantSchema } from '../../../shared/domain/primitives.ts';
import type { PreferenceStore } from '../../buffer/preferences.ts';
import type { KnownOperator } from './operators.ts';
import { unwrapSecret } from './pin.ts';

/** Wrong PINs in a row that lock an operator, and for how long (`console.note_pin` counts them over all laptops). */
export const WRONG_PINS = 10;
const LOCKED_MS = 15 * 60_000;

const triesSchema = z.record(
  z.uuid(),
  z.object({
    failures: z.int(),
    /** Which version of the operator was tried: whoever is saved anew begins anew, whatever the laptop's clock says. */
    changedAt: instantSchema,
    lockedUntil: instantSchema.nullable(),
  }),
);
type Tries = z.infer<typeof triesSchema>;

/** Opens an operator's secret with their PIN, with or without the network. */
export type PinCheck = {
  /**
   * @returns the secret, or `pin_wrong` with how many tries are left, or `operator_locked` until when; `tried`: the PIN
   * was looked at and is wrong.
   */
  open(operator: KnownOperator, pin: string): Promise<PinAnswer>;
  /** Until when nobody can sign in as them, here or anywhere; null where they are not locked. */
  lockedUntil(operator: KnownOperator): Instant | null;
};
type PinAnswer = Extract<Answer<Buffer>, { ok: true }> | (Extract<Answer<Buffer>, { ok: false }> & { tried: boolean });

/**
 * Wrong PINs are counted on this laptop's disk, so that neither a restart nor a cut network gives new tries. A supervisor
 * who saves the operator ends the lock.
 */
export const createPinCheck = ({ store, clock }: { store: PreferenceStore; clock: Clock }): PinCheck => {
  const KEY = 'pin-tries';
  const tries = (): Tries => store.read(KEY, triesSchema) ?? {};
  const triesOf = ({ operatorId, changedAt }: KnownOperator): Tries[string] | undefined => {
    const known = tries()[operatorId];
    return known?.changedAt === changedAt ? known : undefined;
  };
  const lockedUntil: PinCheck['lockedUntil'] = (operator) => {
    const ends = [triesOf(operator)?.lockedUntil, operator.lockedUntil].map((until) => Date.parse(until ?? ''));
    const last = Math.max(...ends.filter((until) => until > clock.now()));
    return Number.isFinite(last) ? new Date(last).toISOString() : null;
  };
  return {
    lockedUntil,
    open: async (operator, pin) => {
      const { operatorId, name, changedAt } = operator;
      if (!operator.active) return { ...failed('operator_inactive', { name }), tried: false };
      const until = lockedUntil(operator);
      if (until !== null) return { ...failed('operator_locked', { name, until }), tried: false };
      const before = triesOf(operator);
      // Counted before it is looked at: whoever pulls the plug meanwhile has used the try all the same.
      const expired = before?.lockedUntil != null;
      const failures = (expired ? 0 : (before?.failures ?? 0)) + 1;
      const locks = failures >= WRONG_PINS ? new Date(clock.now() + LOCKED_MS).toISOString() : null;
      store.write(KEY, { ...tries(), [operatorId]: { failures, changedAt, lockedUntil: locks } });
      const secret = await unwrapSecret(operator.wrapped, pin);
      if (secret !== undefined) {
        const { [operatorId]: _, ...others } = tries();
        store.write(KEY, others);
        return { ok: true, value: secret };
      }
      const error =
        locks === null
          ? failed('pin_wrong', { name, left: WRONG_PINS - failures })
          : failed('operator_locked', { name, until: locks });
      return { ...error, tried: true };
    },
  };
};
