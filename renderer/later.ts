import { type ComponentType, createElement, lazy, type ReactElement, useState } from 'react';
import { LANGUAGES } from '../shared/domain/language.ts';
import { language, loadLanguage } from './i18n.ts';

const loads: (() => Promise<unknown>)[] = [];
const parts = new WeakMap<object, () => boolean>();

/**
 * A part of the console that is loaded when it is shown for the first time, or before, when there is time. All words of the
 * language come with it: the first screen has its own alone.
 */
export const later = <Props extends object>(load: () => Promise<ComponentType<Props>>) => {
  let loaded: ComponentType<Props> | undefined;
  const loadOnce = async (): Promise<{ default: ComponentType<Props> }> => {
    const [part] = await Promise.all([load(), loadLanguage(language())]);
    loaded = part;
    return { default: part };
  };
  loads.push(loadOnce);
  const Waiting = lazy(loadOnce);
  // React waits for what is lazy even where it is there, and shows it up to 300 ms later: keys that follow the one that
  // opens a dialog would miss it.
  const Later = (props: Props): ReactElement => {
    const [Part] = useState<ComponentType<Props> | typeof Waiting>(() => loaded ?? Waiting);
    return createElement<Props>(Part, props);
  };
  parts.set(Later, () => loaded !== undefined);
  return Later;
};

/** Whether such a part is there already. */
export const isLoaded = (part: object): boolean => parts.get(part)?.() ?? false;

/** Loads everything that was not shown yet: nothing waits, or fails, when the host has gone. */
export const loadTheRest = async (): Promise<void> => {
  // One after the other: what the operator does comes in between. What fails is loaded again when it is shown.
  for (const load of loads) await load().catch(() => undefined);
  for (const one of LANGUAGES) await loadLanguage(one).catch(() => undefined);
};
