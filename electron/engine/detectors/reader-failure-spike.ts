import { z } from 'zod';
import { compareIds } from '../../../shared/domain/row-id.ts';
import { arrivalDetector, type DeviceMinute, type Finding, type Micros, type ScanRow, SECOND } from '../detector.ts';
import { spanAround } from '../time.ts';

const ALGORITHM = 'reader_failure_spike';

const mark = z.object({ device: z.string(), at: z.int() });
const stateSchema = z.object({
  /** Readers in trouble, and when they were last above the line. */
  open: z.array(mark).default([]),
  /** Readers with a failed scan in the window: a scan that worked may be the one that makes it enough. */
  failing: z.array(mark).default([]),
});

export const readerFailureSpike = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    minutes: z.number().min(1).max(120).default(10),
    scans: z.int().min(2).max(1_000).default(5),
    percent: z.number().min(1).max(100).default(40),
  }),
  detect: async ({ lookback, settings, scans, now, state }) => {
    const width = settings.minutes * 60 * SECOND;
    const earlier = stateSchema.parse(state ?? {});
    const open = new Map(earlier.open.map((one) => [one.device, one.at]));
    const failing = new Map(earlier.failing.map((one) => [one.device, one.at]));
    const scanned = new Set<string>();
    for (const { device, status, at } of scans) {
      if (device === null) continue;
      scanned.add(device);
      if (!worked(status)) failing.set(device, Math.max(failing.get(device) ?? 0, at));
    }
    const findings: Finding[] = [];
    const used = [...scanned].filter((device) => failing.has(device));
    const span = spanAround(scans, width);
    // A busy reader has thousands of scans in the window: its minutes say whether they are worth reading.
    const minutes =
      used.length === 0 ? [] : await lookback.minutesOfDevices(used, { from: span.from - MINUTE, to: span.to });
    const byMinute = Map.groupBy(minutes, ({ device }) => device);
    const devices = used.filter((device) =>
      mayBeInTrouble(byMinute.get(device) ?? [], { from: span.from + width, settings }),
    );
    if (devices.length > 0) {
      const byDevice = Map.groupBy(await lookback.scansOfDevices(devices, span), (scan) => scan.device ?? '');
      for (const [device, ofDevice] of byDevice) {
        const { worst, lastAboveAt } = detectTrouble(ofDevice, { since: span.from + width, settings });
        if (worst === undefined || lastAboveAt === undefined) continue;
        findings.push(readerFinding(device, worst, settings));
        open.set(device, Math.max(open.get(device) ?? 0, lastAboveAt));
      }
    }
    const over = [...open].filter(([, at]) => now - at > width).map(([device]) => device);
    for (const device of over) open.delete(device);
    return {
      findings,
      cleared: over.map(readerKey),
      state: { open: marks(open), failing: marks(failing).filter(({ at }) => now - at <= width) },
    };
  },
});

const marks = (times: ReadonlyMap<string, number>) => [...times].map(([device, at]) => ({ device, at }));

type ReaderSettings = { readonly minutes: number; readonly scans: number; readonly percent: number };

/** The worst window of a reader among those that end at one of its scans. */
type ReaderTrouble = {
  readonly at: Micros;
  readonly scans: readonly ScanRow[];
  readonly failures: readonly ScanRow[];
  readonly percent: number;
};

/** A duplicate was read well: the reader works, and the card was held to it twice. */
export const worked = (status: string | null): boolean => status === 'success' || status === 'duplicate';
const failedScan = (scan: ScanRow): boolean => !worked(scan.status);

/**
 * Slides the window over one reader's scans, each evaluated at its last scan. `since`: only windows that end at or
 * after that moment. Returns the newest state (whether the last window is above the line) and the worst window.
 */
export const detectTrouble = (
  scans: readonly ScanRow[],
  options: { since: Micros; settings: ReaderSettings },
): { worst: ReaderTrouble | undefined; lastAboveAt: Micros | undefined } => {
  const { settings } = options;
  const width = settings.minutes * 60 * SECOND;
  const ordered = scans.toSorted((a, b) => a.at - b.at || compareIds(a.scanId, b.scanId));
  let first = 0;
  let failures = 0;
  let worst: ReaderTrouble | undefined;
  let lastAboveAt: Micros | undefined;
  for (const [index, scan] of ordered.entries()) {
    if (failedScan(scan)) failures += 1;
    for (let oldest = ordered[first]; oldest && oldest.at <= scan.at - width; oldest = ordered[first]) {
      if (failedScan(oldest)) failures -= 1;
      first += 1;
    }
    if (scan.at < options.since) continue;
    const total = index - first + 1;
    const percent = (failures / total) * 100;
    if (total < settings.scans || percent < settings.percent) continue;
    lastAboveAt = scan.at;
    if (worst === undefined || percent >= worst.percent) {
      const window = ordered.slice(first, index + 1);
      worst = { at: scan.at, scans: window, failures: window.filter(failedScan), percent };
    }
  }
  return { worst, lastAboveAt };
};

export const MINUTE: Micros = 60 * SECOND;

/**
 * Whether a window of one reader that ends at or after `from` can be above the line, by its minutes alone: every failure
 * of the minutes that a window touches against the scans of those that it covers whole.
 */
export const mayBeInTrouble = (
  minutes: readonly DeviceMinute[],
  { from, settings }: { from: Micros; settings: ReaderSettings },
): boolean =>
  minutes.some(({ minute: end }) => {
    if (end + MINUTE <= from) return false;
    const touched = minutes.filter(({ minute }) => minute <= end && minute > end - (settings.minutes + 1) * MINUTE);
    const covered = touched.filter(({ minute }) => minute < end && minute > end - settings.minutes * MINUTE);
    const failed = touched.reduce((sum, one) => sum + one.failed, 0);
    const scans = touched.reduce((sum, one) => sum + one.scans, 0);
    const least = Math.max(
      settings.scans,
      covered.reduce((sum, one) => sum + one.scans, 0),
    );
    return scans >= settings.scans && (failed / least) * 100 >= settings.percent;
  });

const readerKey = (device: string): string => `${ALGORITHM}:${device}`;

export const readerFinding = (device: string, trouble: ReaderTrouble, settings: ReaderSettings): Finding => {
  const errors = Map.groupBy(trouble.failures, (scan) => scan.error ?? scan.status ?? 'unknown');
  return {
    algorithm: ALGORITHM,
    key: readerKey(device),
    eventType: 'system_health',
    severity: 'MEDIUM',
    confidence: 0.8,
    cardId: null,
    transactionId: null,
    amount: null,
    occurredAt: trouble.at,
    facts: {
      device_identifier: device,
      scans: trouble.scans.length,
      failures: trouble.failures.length,
      failure_rate_percent: Math.round(trouble.percent * 100) / 100,
      threshold_percent: settings.percent,
      time_window_minutes: settings.minutes,
      top_errors: [...errors]
        .map(([error, rows]) => ({ error, count: rows.length }))
        .sort((a, b) => b.count - a.count || a.error.localeCompare(b.error))
        .slice(0, 5),
    },
    // Every scan changes the figures a little: twice as many failures are news.
    fingerprint: String(Math.floor(Math.log2(trouble.failures.length))),
    members: [],
  };
};
