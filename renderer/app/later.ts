import { type ComponentType, lazy } from 'react';
import { LANGUAGES } from '../../shared/domain/language.ts';
import { loadLanguage } from '../i18n.ts';

const loads: (() => Promise<unknown>)[] = [];

/** A part of the console that is loaded when it is shown for the first time, or before, when there is time. */
export const later = <Props extends object>(load: () => Promise<ComponentType<Props>>) => {
  const loaded = () => load().then((component) => ({ default: component }));
  loads.push(loaded);
  return lazy(loaded);
};

/** Loads everything that was not shown yet: nothing waits, or fails, when the host has gone. */
export const loadTheRest = async (): Promise<void> => {
  // One after the other: what the operator does comes in between. What fails is loaded again when it is shown.
  for (const load of loads) await load().catch(() => undefined);
  for (const language of LANGUAGES) await loadLanguage(language).catch(() => undefined);
};
