import { z } from 'zod';
import { arrivalDetector, type Finding, SECOND } from '../../detector.ts';
import { around as spanAround } from '../../time.ts';
import { ALGORITHM, judgeReader, MINUTE, mayBeInTrouble, readerFinding, readerKey, worked } from './rule.ts';

const mark = z.object({ device: z.string(), at: z.int() });
const stateSchema = z.object({
  /** Readers in trouble, and when they were last above the line. */
  open: z.array(mark).default([]),
  /** Readers with a failed scan in the window: a scan that worked may be the one that makes it enough. */
  failing: z.array(mark).default([]),
});

export const readerFailureSpike = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    minutes: z.number().min(1).max(120).default(10),
    scans: z.int().min(2).max(1_000).default(5),
    percent: z.number().min(1).max(100).default(40),
  }),
  detect: async ({ around, settings, scans, now, state }) => {
    const width = settings.minutes * 60 * SECOND;
    const known = stateSchema.parse(state ?? {});
    const open = new Map(known.open.map((one) => [one.device, one.at]));
    const failing = new Map(known.failing.map((one) => [one.device, one.at]));
    const scanned = new Set<string>();
    for (const { device, status, at } of scans) {
      if (device === null) continue;
      scanned.add(device);
      if (!worked(status)) failing.set(device, Math.max(failing.get(device) ?? 0, at));
    }
    const findings: Finding[] = [];
    const used = [...scanned].filter((device) => failing.has(device));
    const span = spanAround(scans, width);
    // A busy reader has thousands of scans in the window: its minutes say whether they are worth a look.
    const minutes =
      used.length === 0 ? [] : await around.minutesOfDevices(used, { from: span.from - MINUTE, to: span.to });
    const byMinute = Map.groupBy(minutes, ({ device }) => device);
    const devices = used.filter((device) =>
      mayBeInTrouble(byMinute.get(device) ?? [], { from: span.from + width, settings }),
    );
    if (devices.length > 0) {
      const byDevice = Map.groupBy(await around.scansOfDevices(devices, span), (scan) => scan.device ?? '');
      for (const [device, ofDevice] of byDevice) {
        const { worst, lastAboveAt } = judgeReader(ofDevice, { since: span.from + width, settings });
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
