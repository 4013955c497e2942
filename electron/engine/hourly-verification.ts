import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import { microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { ALGORITHM, verificationFinding } from './detectors/hourly-verification.ts';
import { clearFindings, writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';

/** The database says how long an hour still lasts. It is asked again sooner: its clock may be set, too. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** After a failure. */
const RETRY_MS = 15_000;
/** So long after its end an hour is verified: what was being written then is there. */
const AFTER_END_MS = 2_000;

const answerRow = z.object({
  answer: z.object({
    bad: z.array(z.object({ hour: microsColumn, verdict: z.enum(['failed', 'missing']), checks: z.array(z.string()) })),
    nextMs: z.number(),
  }),
});

/**
 * Verifies the hours that are over and are not verified yet, and raises one alert for all since the last good one, which
 * ends with the next good one (docs/detection.md, "Hourly verification"). @returns alerts raised, and how long the present
 * hour still lasts
 */
export const verifyHours = (lease: Lease, laptop: string): Promise<{ raised: number; nextMs: number }> =>
  lease.write(async (tx) => {
    const { answer } = await tx.row(
      answerRow,
      sql`/* regie:verify */ select console.verify_hours(${laptop}) as answer`,
    );
    const [first, ...more] = answer.bad;
    if (first === undefined) {
      await clearFindings(tx, [ALGORITHM], laptop);
      return { raised: 0, nextMs: answer.nextMs };
    }
    const { raised } = await writeFindings(tx, [verificationFinding([first, ...more])], laptop);
    return { raised, nextMs: answer.nextMs };
  });

/** When the leader verifies next. It waits by the monotonic clock, and goes by the hours of the database's. */
type VerificationPlan = {
  /** @param term of the leader: a new one looks at once */
  isDue(term: number | undefined): boolean;
  /** Verification begins: should it fail, it is tried again soon. */
  begin(term: number | undefined): void;
  done(nextMs: number): void;
};

export const createVerificationPlan = (clock: Pick<Clock, 'monotonic'>): VerificationPlan => {
  let dueAt = Number.NEGATIVE_INFINITY;
  let lookedIn: number | undefined;
  return {
    isDue: (term) => term !== lookedIn || clock.monotonic() >= dueAt,
    begin: (term) => {
      lookedIn = term;
      dueAt = clock.monotonic() + RETRY_MS;
    },
    done: (nextMs) => {
      dueAt = clock.monotonic() + Math.min(LOOK_AGAIN_MS, nextMs + AFTER_END_MS);
    },
  };
};

/** The hourly verification of the laptop that leads, whenever it leads. */
export const createHourlyVerification = (options: {
  lease: Lease;
  laptop: string;
  clock: Pick<Clock, 'monotonic'>;
}) => {
  const { lease, laptop, clock } = options;
  const plan = createVerificationPlan(clock);
  const term = () => lease.leader()?.term;
  return {
    /** An hour may be over that nobody has verified. */
    isDue: (): boolean => plan.isDue(term()),
    /** @returns how many alerts were raised */
    run: async (): Promise<number> => {
      plan.begin(term());
      const { raised, nextMs } = await verifyHours(lease, laptop);
      plan.done(nextMs);
      return raised;
    },
  };
};
