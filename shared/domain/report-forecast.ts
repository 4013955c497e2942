import type { Forecast } from './report.ts';

/** A straight line through fewer days says nothing. */
const FEWEST_DAYS = 5;
const AHEAD_DAYS = [7, 30] as const;

/** Student's t that 95 of 100 lie within, by degrees of freedom from 1 on; beyond the table it is that of the next lower one. */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const studentT = (freedom: number): number => T_95[Math.min(freedom, T_95.length) - 1] ?? Number.NaN;

/** A day by its number of the calendar, and what it came to. */
export type DayValue = { readonly day: number; readonly value: number };

/** The number of a day of the calendar: days since 1970. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);

/**
 * Least squares through days, continued, with the prediction interval of 95 % (docs/reports.md, "Forecast"). Null for fewer than
 * five days, or days that are all the same one.
 */
export const forecastOf = (of: Forecast['of'], values: readonly DayValue[]): Forecast | null => {
  const n = values.length;
  if (n < FEWEST_DAYS) return null;
  const meanX = values.reduce((sum, { day }) => sum + day, 0) / n;
  const meanY = values.reduce((sum, { value }) => sum + value, 0) / n;
  const sumOf = (term: (x: number, y: number) => number) =>
    values.reduce((sum, { day, value }) => sum + term(day - meanX, value - meanY), 0);
  const spread = sumOf((x) => x * x);
  if (spread === 0) return null;
  const slope = sumOf((x, y) => x * y) / spread;
  const varied = sumOf((_, y) => y * y);
  const left = sumOf((x, y) => (y - slope * x) ** 2);
  const deviation = Math.sqrt(left / (n - 2));
  const last = Math.max(...values.map(({ day }) => day));
  return {
    ...{ of, days: n, perDay: rounded(slope), explained: varied === 0 ? 1 : rounded(Math.max(0, 1 - left / varied)) },
    ahead: AHEAD_DAYS.map((days) => {
      const x = last + days - meanX;
      const value = meanY + slope * x;
      const range = studentT(n - 2) * deviation * Math.sqrt(1 + 1 / n + (x * x) / spread);
      // Fewer than none there cannot be.
      const [middle, low, high] = [value, value - range, value + range].map((one) => rounded(Math.max(0, one)));
      return { days, value: middle ?? 0, low: low ?? 0, high: high ?? 0 };
    }),
  };
};

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
