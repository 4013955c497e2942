import type { Clock } from '../../shared/domain/clock.ts';

/** Five failures in a row open it, a probe after 60 s (docs/detection.md, "Circuit breaker"). */
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 60_000;
const MAX_ERRORS = 5;

export type Breaker = {
  /** Whether work may be tried now. While open, true once every 60 s: the probe. */
  allows(): boolean;
  succeeded(): void;
  failed(error: unknown): void;
  reset(): void;
  /** This engine leads from now on: what it knew of its cycles is old. */
  leads(): void;
  status(): {
    state: 'closed' | 'open' | 'half_open';
    failures: number;
    retryAt: string | null;
    lastErrors: { at: string; message: string }[];
    hasWorked: boolean;
  };
};

export const createBreaker = (clock: Clock): Breaker => {
  let failures = 0;
  /** Monotonic: whoever sets the laptop's clock neither holds the breaker open nor closes it. */
  let openedAt: number | null = null;
  let probing = false;
  let lastErrors: { at: string; message: string }[] = [];
  let hasWorked = false;
  const close = (): void => {
    failures = 0;
    openedAt = null;
    probing = false;
  };
  return {
    allows: () => {
      if (openedAt === null || probing) return true;
      if (clock.monotonic() - openedAt < OPEN_MS) return false;
      probing = true;
      return true;
    },
    succeeded: () => {
      close();
      hasWorked = true;
    },
    failed: (error) => {
      const message = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      lastErrors = [{ at: new Date(clock.now()).toISOString(), message }, ...lastErrors].slice(0, MAX_ERRORS);
      failures += 1;
      if (probing || failures >= FAILURES_TO_OPEN) {
        openedAt = clock.monotonic();
        probing = false;
      }
    },
    reset: () => {
      close();
      lastErrors = [];
      hasWorked = false;
    },
    leads: () => {
      hasWorked = false;
    },
    status: () => ({
      state: openedAt === null ? 'closed' : probing ? 'half_open' : 'open',
      failures,
      retryAt: openedAt === null ? null : new Date(clock.now() + openedAt + OPEN_MS - clock.monotonic()).toISOString(),
      lastErrors: [...lastErrors],
      hasWorked,
    }),
  };
};
