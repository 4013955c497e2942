import type { EngineStatus, SystemStatus } from '../../../shared/contract/status.ts';
import { formatShare, i18n } from '../../i18n.ts';
import type { Tone } from '../../ui/fresh.tsx';

/** What it is reading of the past; what an engine that no longer runs was reading says nothing. */
export const readingOf = (engine: EngineStatus): EngineStatus['catchUp'] =>
  engine.state === 'running' ? engine.catchUp : null;

/** The engine's state in words. */
export const engineText = ({ engine }: SystemStatus): string => {
  const catchUp = readingOf(engine);
  if (isHalted(engine)) return i18n.t('common.engine_breaker_open');
  if (catchUp === null) {
    const laptop = engine.leader?.laptop ?? i18n.t('common.otherLaptop');
    return i18n.t(`common.engine_${engine.state}`, { laptop });
  }
  const percent = formatShare(Math.floor((catchUp.done / Math.max(1, catchUp.total)) * 100) / 100);
  if (catchUp.paused) return i18n.t('common.readingPaused', { percent });
  return i18n.t(`common.reading_${catchUp.phase}`, { percent, rate: catchUp.rowsPerSecond });
};

/** The cycles have failed too often, on whichever laptop runs the engine. */
const isHalted = ({ state, breaker }: EngineStatus): boolean =>
  state === 'breaker_open' || (state === 'standby' && breaker.state === 'open');

/** Good only when it is up to date, somebody leads, and its probes reach this screen. */
export const engineTone = ({ engine, canary }: SystemStatus): Tone => {
  const leads = engine.state === 'running' || (engine.state === 'standby' && engine.leader !== null);
  const runs = leads && !isHalted(engine);
  const reading = readingOf(engine);
  if (!runs || reading?.paused) return 'bad';
  return reading !== null || canary.blindSince !== null ? 'warn' : 'good';
};
