/** How a figure stands to the guide's thresholds. */
export type Band = 'normal' | 'warning' | 'critical';

/** The guide's thresholds of a figure; in the gap between normal and warning it says neither. */
export type Lines = {
  readonly worse: 'above' | 'below';
  readonly normal: number;
  readonly warning: number;
  readonly critical: number;
};

/** The guide's dashboard: what can be measured of it. */
export const DASHBOARD_LINES = {
  success_rate_percent: { worse: 'below', normal: 99, warning: 98, critical: 95 },
  detection_seconds: { worse: 'above', normal: 3, warning: 5, critical: 10 },
  response_ms: { worse: 'above', normal: 200, warning: 500, critical: 1_000 },
} as const satisfies Record<string, Lines>;

/** Below this the success rate of an hour is shown and decides nothing. */
export const RATE_NEEDS_TRANSACTIONS = 20;

/** How far back over the critical line a figure comes before it is critical no more, as a share of the way to warning. */
const WAY_BACK = 0.25;

/**
 * The band of a figure that had another one before (docs/detection.md, "Health bands"). What crosses a line is judged at
 * once; what comes back keeps its band until it is clearly on the other side, so that a figure that trembles at a line
 * does not change with each measurement.
 */
export const bandOf = (value: number, before: Band, lines: Lines): Band => {
  const beyond = (line: number): boolean => (lines.worse === 'above' ? value > line : value < line);
  const within = (line: number): boolean => (lines.worse === 'above' ? value < line : value > line);
  if (beyond(lines.critical)) return 'critical';
  if (within(lines.normal)) return 'normal';
  if (before === 'critical' && !within(lines.critical + WAY_BACK * (lines.warning - lines.critical))) return 'critical';
  if (beyond(lines.warning)) return 'warning';
  return before === 'normal' ? 'normal' : 'warning';
};

/** Open CRITICAL events: none, one or two, three and more. They are counted, and nothing trembles. */
export const bandOfCritical = (open: number): Band =>
  open < OPEN_CRITICAL_LINES.warning ? 'normal' : open < OPEN_CRITICAL_LINES.critical ? 'warning' : 'critical';
export const OPEN_CRITICAL_LINES = { warning: 1, critical: 3 } as const;

/** The band of the last of some measurements, oldest first; null is what was not measured or is too little to judge. */
export const bandAfter = (values: readonly (number | null)[], lines: Lines): Band =>
  values.reduce<Band>((band, value) => (value === null ? band : bandOf(value, band, lines)), 'normal');
