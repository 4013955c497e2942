import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { festivalNow, isTime } from '../clock.ts';
import { formatSpan, formatTime, shownSpan } from '../i18n.ts';

const listeners = new Set<() => void>();
let second = Math.floor(festivalNow() / 1_000);
let ticking: ReturnType<typeof setInterval> | undefined;

/** One tick a second for everything that runs on the screen. */
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  ticking ??= setInterval(() => {
    second = Math.floor(festivalNow() / 1_000);
    for (const one of listeners) one();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
};

/**
 * What a second's time means, by the festival's clock: whoever asks is drawn again only when that changes.
 * @param of what is made of the milliseconds: the same for the same, as `Object.is` has it
 */
export const useNowOf = <Meaning extends number | boolean | null>(of: (now: number) => Meaning): Meaning =>
  useSyncExternalStore(subscribe, () => of(second * 1_000));

const itself = (now: number): number => now;

/** Milliseconds by the festival's clock, renewed every second. */
export const useNow = (): number => useNowOf(itself);

const quarterOf = (now: number): number => Math.floor(now / 900_000);

/** The quarter of an hour: what is drawn again with it knows in time that a day has ended, or that a clock was set. */
export const useQuarter = (): number => useNowOf(quarterOf);

export const Time = ({ at, seconds = false }: { at: string; seconds?: boolean }) => (
  <time dateTime={isTime(at) ? at : undefined}>{formatTime(at, { seconds })}</time>
);

/** How long ago, ticking. */
export const Age = ({ at }: { at: string }) => {
  const { t } = useTranslation();
  const age = useNowOf((now) => shownSpan(now - Date.parse(at)));
  if (!isTime(at)) return <Time at={at} />;
  return (
    <time dateTime={at} title={formatTime(at, { seconds: true })}>
      {t('common.ago', { age: formatSpan(age) })}
    </time>
  );
};
