import { z } from 'zod';
import { arrivalDetector, type Finding, type Micros } from '../detector.ts';

const ALGORITHM = 'wrong_clock';

const clockSchema = z.object({
  source: z.string(),
  reader: z.boolean(),
  count: z.int(),
  firstAt: z.int(),
  stated: z.string(),
  example: z.string(),
});
const stateSchema = z.object({ clocks: z.array(clockSchema).default([]) });
/** Beyond so many, the oldest are forgotten. */
const MAX_CLOCKS = 200;

/** Tills and readers whose rows state a time that cannot be: far from the time at which they arrive. */
export const wrongClock = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  detect: async ({ transactions, scans, state }) => {
    const before = stateSchema.parse(state ?? {}).clocks;
    const clocks = new Map(before.map((one) => [clockKey(one), one]));
    const grown = new Set<string>();
    const right = new Set<string>();
    const look = (row: Seen): void => {
      const key = clockKey(row);
      if (row.stated === null) {
        if (clocks.has(key)) right.add(key);
        return;
      }
      right.delete(key);
      grown.add(key);
      const known = clocks.get(key);
      clocks.set(key, {
        source: row.source,
        reader: row.reader,
        count: (known?.count ?? 0) + 1,
        firstAt: known?.firstAt ?? row.at,
        stated: row.stated,
        example: known?.example ?? row.example,
      });
    };
    for (const row of transactions) {
      // Decided late, or mended: it was looked at when it came.
      if (row.settledLate) continue;
      const source = row.pointOfSale ?? row.writer ?? 'unknown';
      look({ source, reader: false, stated: row.statedAt, at: row.at, example: `log:${row.logId}` });
    }
    for (const row of scans) {
      const source = row.device ?? 'unknown';
      look({ source, reader: true, stated: row.statedAt, at: row.at, example: `scan:${row.scanId}` });
    }
    if (grown.size + right.size === 0) return { findings: [] };
    const findings = [...grown].flatMap((key) => {
      const clock = clocks.get(key);
      return clock === undefined ? [] : [clockFinding(clock)];
    });
    for (const key of right) clocks.delete(key);
    return { findings, cleared: [...right], state: { clocks: [...clocks.values()].slice(-MAX_CLOCKS) } };
  },
});

type Seen = {
  readonly source: string;
  readonly reader: boolean;
  readonly stated: string | null;
  readonly at: Micros;
  readonly example: string;
};

const clockKey = ({ source, reader }: { source: string; reader: boolean }): string =>
  `${ALGORITHM}:${reader ? 'reader' : 'till'}:${source}`;

const clockFinding = (clock: z.output<typeof clockSchema>): Finding => ({
  algorithm: ALGORITHM,
  key: clockKey(clock),
  eventType: 'system_health',
  severity: 'LOW',
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: clock.firstAt,
  facts: {
    ...(clock.reader ? { device_identifier: clock.source } : { point_of_sale: clock.source }),
    stated: clock.stated,
    arrived: { micros: clock.firstAt },
    count: clock.count,
    example: clock.example,
  },
  // Ten times as many are news.
  fingerprint: String(Math.floor(Math.log10(clock.count))),
  members: [],
});
