import { z } from 'zod';
import { arrivalDetector, SECOND } from '../../detector.ts';
import { ALGORITHM, isSilent, LOOK_BACK, silenceFinding, silenceKey } from './rule.ts';

/** The newest scan of all, and the readers that are silent. */
const stateSchema = z.object({ newest: z.int().default(0), silent: z.array(z.string()).default([]) });

export const readerSilent = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    silentMinutes: z.number().min(1).max(240).default(10),
    usualScans: z.int().min(1).max(10_000).default(20),
    otherScans: z.int().min(1).max(10_000).default(20),
  }),
  detect: async ({ around, settings, scans, now, state }) => {
    if (scans.length === 0) return { findings: [] };
    const known = stateSchema.parse(state ?? {});
    // A reader whose clock is ahead must not make all others silent.
    const newest = scans.reduce((last, { at }) => (at <= now ? Math.max(last, at) : last), known.newest);
    const uses = await around.silentDevices(
      newest - LOOK_BACK,
      newest - settings.silentMinutes * 60 * SECOND,
      known.silent,
    );
    const silent = uses.filter((use) => isSilent(use, newest, settings));
    const scanned = new Set(scans.flatMap((scan) => (newest - scan.at < 60 * SECOND ? (scan.device ?? []) : [])));
    const back = known.silent.filter((device) => scanned.has(device));
    return {
      findings: silent.map((use) => silenceFinding(use, newest)),
      cleared: back.map(silenceKey),
      state: {
        newest,
        silent: [...new Set([...known.silent, ...silent.map(({ device }) => device)])].filter(
          (device) => !scanned.has(device),
        ),
      },
    };
  },
});
