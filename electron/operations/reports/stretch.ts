/** Of which rows a report is: those from an instant on, until before another. */
export type Stretch = {
  readonly from: string;
  readonly to: string;
  /** Whose days are counted: an IANA name that the database knows. */
  readonly timeZone: string;
};

/** A statement reads the whole log once, on a server that has much else to do. */
export const LONG_STATEMENT_MS = 10 * 60_000;

/** Rows of one list of a report, at most. */
export const MOST_ROWS = 1_000;
