/** The festival's clock and its zone: the one source of "now" and of the hour for everything on the screen. */
const clock: { offsetMs: number; zone: string | undefined } = { offsetMs: 0, zone: undefined };

/** @param some what the core has pushed of them */
export const setClock = (some: Partial<typeof clock>): void => {
  Object.assign(clock, some);
};

/** Milliseconds by the festival's clock. */
export const festivalNow = (): number => Date.now() + clock.offsetMs;

/** Now by the festival's clock, as the contract writes instants. */
export const festivalInstant = (): string => new Date(festivalNow()).toISOString();

/** Whether a row has a time: where the festival gives none, or one that cannot be, it comes as the beginning of 1970. */
export const isTime = (instant: string): boolean => {
  const ms = Date.parse(instant);
  return Number.isFinite(ms) && ms !== 0;
};

/** The IANA zone in which times are shown; the browser's own until the core has answered. */
export const timeZone = (): string | undefined => clock.zone;
