import { type DeviceUse, type Finding, type Micros, SECOND } from '../../detector.ts';

export const ALGORITHM = 'reader_silent';

export type SilenceSettings = {
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

export const silenceKey = (device: string): string => `${ALGORITHM}:${device}`;

export const silenceFinding = (use: DeviceUse, asOf: Micros): Finding => ({
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
