export type TimedTest = { file: string; title: string; ms: number; why: string | undefined };
export const testsOf: (vitest: unknown, playwright: unknown) => TimedTest[];
export const slowest: (tests: readonly TimedTest[], count: number) => string[];
export const failures: (tests: readonly TimedTest[]) => string[];
