import { z } from 'zod';
import { arrivalDetector, type DeviceUse, type Finding, type Micros, SECOND } from '../detector.ts';

const ALGORITHM = 'reader_silent';

/** The newest scan of all, and the readers that are silent. */
const stateSchema = z.object({ newest: z.int().default(0), silent: z.array(z.string()).default([]) });

export const readerSilent = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    silentMinutes: z.number().min(1).max(240).default(10),
    usualScans: z.int().min(1).max(10_000).default(20),
    otherScans: z.int().min(1).max(10_000).default(20),
  }),
  detect: async ({ lookback, settings, scans, now, state }) => {
    if (scans.length === 0) return { findings: [] };
    const earlier = stateSchema.parse(state ?? {});
    // A reader whose clock is ahead must not make all others silent.
    const newest = scans.reduce((last, { at }) => (at <= now ? Math.max(last, at) : last), earlier.newest);
    const uses = await lookback.silentDevices(
      newest - LOOK_BACK,
      newest - settings.silentMinutes * 60 * SECOND,
      earlier.silent,
    );
    const silent = uses.filter((use) => isSilent(use, newest, settings));
    const scanned = new Set(scans.flatMap((scan) => (newest - scan.at < 60 * SECOND ? (scan.device ?? []) : [])));
    const back = earlier.silent.filter((device) => scanned.has(device));
    return {
      findings: silent.map((use) => silenceFinding(use, newest)),
      cleared: back.map(silenceKey),
      state: {
        newest,
        silent: [...new Set([...earlier.silent, ...silent.map(({ device }) => device)])].filter(
          (device) => !scanned.has(device),
        ),
      },
    };
  },
});

type SilenceSettings = {
  /** Silent for so long at least, minutes. */
  readonly silentMinutes: number;
  /** Scans in the hour before its last one that make a reader a steady one. */
  readonly usualScans: number;
  /** Scans of other readers in the silence that prove that the festival goes on. */
  readonly otherScans: number;
};

/** How far back a reader's use is looked at. */
export const LOOK_BACK: Micros = 75 * 60 * SECOND;
/** Silent for so many of its usual intervals: by chance alone a reader pauses so long once in twenty thousand scans. */
const INTERVALS = 10;
/** Minutes in which a steady reader scanned: one rush is not steady. */
const STEADY_MINUTES = 10;

const MINUTE = 60 * SECOND;

/** Whether a reader that worked steadily has been silent for longer than it ever is, while others work. */
export const isSilent = (use: DeviceUse, asOf: Micros, settings: SilenceSettings): boolean => {
  const worked = Math.max(use.lastAt - use.firstMinute, MINUTE);
  const silence = asOf - use.lastAt;
  return (
    use.scans >= settings.usualScans &&
    use.activeMinutes >= STEADY_MINUTES &&
    use.othersSince >= settings.otherScans &&
    silence >= settings.silentMinutes * MINUTE &&
    silence >= INTERVALS * (worked / use.scans)
  );
};

const silenceKey = (device: string): string => `${ALGORITHM}:${device}`;

const silenceFinding = (use: DeviceUse, asOf: Micros): Finding => ({
  algorithm: ALGORITHM,
  key: silenceKey(use.device),
  eventType: 'system_health',
  severity: 'LOW',
  confidence: 0.6,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: use.lastAt,
  facts: {
    device_identifier: use.device,
    last_scan: { micros: use.lastAt },
    usual_rate_per_minute: Math.round((use.scans / Math.max((use.lastAt - use.firstMinute) / MINUTE, 1)) * 100) / 100,
    silent_minutes: Math.floor((asOf - use.lastAt) / MINUTE),
  },
  fingerprint: String(use.lastAt),
  members: [],
});
