import { z } from 'zod';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { type Instant, instantSchema } from '../../shared/domain/primitives.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import type { KnownOperator } from '../operations/operators/operators.ts';

/** Wrong PINs in a row that lock an operator, and for how long (`console.try_pin` counts them over all laptops). */
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

/** One PIN that is being tried, and counted as a wrong one until it is known to be right. */
export type PinTry = {
  right(): void;
  /** The try was no try: it could not be looked at. */
  void(): void;
  /** What to say of a wrong one: how many tries are left here, or until when there is none. */
  wrong(): Answer<never>;
};

/** Who is counted: an operator in the version that this laptop knows. */
export type CountedOperator = Pick<KnownOperator, 'operatorId' | 'name' | 'changedAt' | 'lockedUntil'>;

/** Counts wrong PINs on this laptop. */
export type PinTries = {
  /** @returns `operator_locked` where nothing may be tried */
  begin(operator: CountedOperator): Answer<PinTry>;
  /** Until when nobody can sign in as them, here or anywhere; null where they are not locked. */
  lockedUntil(operator: CountedOperator): Instant | null;
};

/**
 * Wrong PINs are counted on this laptop's disk, so that neither a restart nor a cut network gives new tries. A supervisor
 * who saves the operator ends the lock.
 */
export const createPinTries = ({ store, clock }: { store: PreferenceStore; clock: Clock }): PinTries => {
  const KEY = 'pin-tries';
  const tries = (): Tries => store.read(KEY, triesSchema) ?? {};
  const triesOf = ({ operatorId, changedAt }: CountedOperator): Tries[string] | undefined => {
    const known = tries()[operatorId];
    return known?.changedAt === changedAt ? known : undefined;
  };
  const write = (operatorId: string, one: Tries[string] | undefined): void => {
    const { [operatorId]: _, ...others } = tries();
    store.write(KEY, one === undefined ? others : { ...others, [operatorId]: one });
  };
  const lockedUntil: PinTries['lockedUntil'] = (operator) => {
    const ends = [triesOf(operator)?.lockedUntil, operator.lockedUntil].map((until) => Date.parse(until ?? ''));
    const last = Math.max(...ends.filter((until) => until > clock.now()));
    return Number.isFinite(last) ? new Date(last).toISOString() : null;
  };
  return {
    lockedUntil,
    begin: (operator) => {
      const { operatorId, name, changedAt } = operator;
      const until = lockedUntil(operator);
      if (until !== null) return failed('operator_locked', { name, until });
      const before = triesOf(operator);
      // Counted before it is looked at: whoever pulls the plug meanwhile has used the try all the same.
      const failures = (before?.lockedUntil != null ? 0 : (before?.failures ?? 0)) + 1;
      const locks = failures >= WRONG_PINS ? new Date(clock.now() + LOCKED_MS).toISOString() : null;
      write(operatorId, { failures, changedAt, lockedUntil: locks });
      return answered({
        right: () => write(operatorId, undefined),
        void: () => {
          const now = triesOf(operator);
          if (now !== undefined) write(operatorId, { ...now, failures: now.failures - 1, lockedUntil: null });
        },
        wrong: () =>
          locks === null
            ? failed('pin_wrong', { name, left: WRONG_PINS - failures })
            : failed('operator_locked', { name, until: locks }),
      });
    },
  };
};
