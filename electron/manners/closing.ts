import type { SystemStatus } from '../../shared/contract/status.ts';
import type { Language } from '../../shared/domain/language.ts';
import { counted, desktopTexts } from '../../shared/i18n/desktop.ts';
import { fill } from '../../shared/i18n/fill.ts';

/** hide: the window goes, the console watches on in the tray; quit: the console ends; stay: nothing happens. */
export type ClosingChoice = 'hide' | 'quit' | 'stay';
export type ClosingQuestion = {
  readonly message: string;
  readonly detail: string;
  /** The first is what Enter takes. */
  readonly choices: readonly { readonly does: ClosingChoice; readonly label: string }[];
};

/** Whether this laptop runs the engine for the festival. */
export const leads = ({ engine }: Pick<SystemStatus, 'engine'>): boolean =>
  (engine.state === 'running' || engine.state === 'breaker_open') &&
  (engine.leader === null || engine.leader.laptop === engine.laptop);

/**
 * What is asked of whoever closes the console: where others depend on it, or where something that was done on it has not
 * reached the festival. Undefined: it ends without a word. Nobody depends on a training festival.
 * @param options.tray the console can watch on without a window
 */
export const closingQuestion = (
  status: Pick<SystemStatus, 'engine' | 'laptops' | 'waiting'>,
  { training, tray, language }: { training: boolean; tray: boolean; language: Language },
): ClosingQuestion | undefined => {
  const leading = leads(status);
  if (training || (!leading && status.waiting === 0)) return undefined;
  const texts = desktopTexts[language];
  const others = [...new Set(status.laptops.map(({ laptop }) => laptop))];
  const waits = fill(counted('closeWaits', status.waiting, language), { count: status.waiting });
  const ofEngine = others.length === 0 ? texts.closeNobody : fill(texts.closeOthers, { laptops: others.join(', ') });
  return {
    message: leading ? texts.closeLeads : waits,
    detail: [
      ...(leading ? [ofEngine] : []),
      ...(leading && status.waiting > 0 ? [waits] : []),
      ...(status.waiting > 0 ? [texts.closeWaitsText] : []),
    ].join('\n'),
    choices: [
      ...(tray ? [{ does: 'hide' as const, label: texts.closeHide }] : []),
      { does: 'quit', label: leading && others.length > 0 ? texts.closeHandOver : texts.closeQuit },
      { does: 'stay', label: texts.closeStay },
    ],
  };
};
