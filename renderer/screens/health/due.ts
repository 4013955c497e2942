/** How old what is shown may be before it turns grey. */
export const DUE_MS = {
  /** The report of this screen, which comes with the status. */
  report: 20_000,
  /** The link is probed every few seconds. */
  link: 15_000,
  /** The critical cycle runs every 30 s at the latest. */
  cycle: 60_000,
  /** A probe is planted every 15 s; a screen without one for 45 s is blind. */
  canary: 45_000,
  /** A laptop says every 5 s that it is there. */
  laptop: 30_000,
  /** Alerts are copied every 10 s. */
  alarms: 30_000,
  /** A heartbeat leaves once a minute, when a canary was displayed. */
  heartbeat: 150_000,
  /** The ledger is recomputed every hour. */
  ledger: 75 * 60_000,
} as const;
