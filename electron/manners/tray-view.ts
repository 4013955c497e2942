import type { SystemStatus } from '../../shared/contract/status.ts';
import type { Language } from '../../shared/domain/language.ts';
import { counted, type DesktopTexts, desktopTexts } from '../../shared/i18n/desktop.ts';
import { fill } from '../../shared/i18n/fill.ts';

/** calm: all is well; alert: somebody has to look; unsure: what is shown may be old, or nothing is detected. */
export type TrayIcon = 'calm' | 'alert' | 'unsure';
export type TrayView = {
  readonly icon: TrayIcon;
  /** The state in a sentence: tooltip, and the first line of the menu. */
  readonly words: string;
  readonly mute: string;
};

export type TrayFacts = {
  readonly status: Pick<SystemStatus, 'link' | 'failure' | 'stopped' | 'canary'>;
  readonly festival: string;
  readonly timeZone: string;
  /** Alerts that are open, and of these the critical ones that nobody is on. */
  readonly open: number;
  readonly critical: number;
  /** ISO; null while it is not muted. */
  readonly mutedUntil: string | null;
};

/** What the tray shows: never calm on old data. */
export const trayView = (facts: TrayFacts, language: Language): TrayView => {
  const texts = desktopTexts[language];
  const time = (instant: string): string =>
    new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: facts.timeZone }).format(new Date(instant));
  return {
    ...state(facts, texts, language, time),
    mute: facts.mutedUntil === null ? texts.mute : fill(texts.unmute, { time: time(facts.mutedUntil) }),
  };
};

const state = (
  { status, festival, open, critical }: TrayFacts,
  texts: DesktopTexts,
  language: Language,
  time: (instant: string) => string,
): Pick<TrayView, 'icon' | 'words'> => {
  const { link, canary } = status;
  const unsure = (words: string, since = ''): Pick<TrayView, 'icon' | 'words'> => ({
    icon: 'unsure',
    words: fill(words, { festival, time: since === '' ? '' : time(since) }),
  });
  if (status.failure !== null) return unsure(texts.trayFailure);
  if (status.stopped !== null) return unsure(texts.trayStopped);
  // What was open before the network went is still open.
  if (critical > 0) {
    return { icon: 'alert', words: fill(counted('trayCritical', critical, language), { festival, count: critical }) };
  }
  if (link.state === 'offline' || link.state === 'connecting') return unsure(texts.trayOffline, link.since);
  if (canary.blindSince !== null) return unsure(texts.trayBlind, canary.blindSince);
  if (open === 0) return { icon: 'calm', words: fill(texts.trayCalm, { festival }) };
  return { icon: 'calm', words: fill(counted('trayOpen', open, language), { festival, count: open }) };
};
