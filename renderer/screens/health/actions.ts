import { callSigned } from '../../commands.ts';
import { errorSentence, formatDuration, formatNumber, i18n } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';

export const runCycle = async (): Promise<void> => {
  const answer = await callSigned('engine.runCycle', {});
  if (answer.ok) showToast(i18n.t('common.cycleDone', { ms: answer.value.durationMs, count: answer.value.findings }));
  else showToast(errorSentence(answer.error), 'bad');
};

export const resetBreaker = async (): Promise<void> => {
  const answer = await callSigned('engine.resetBreaker', {});
  if (!answer.ok) showToast(errorSentence(answer.error), 'bad');
};

/** Stops or resumes the reading of what happened before. */
export const pauseReading = async (paused: boolean): Promise<void> => {
  const answer = await callSigned('engine.pauseCatchUp', { paused });
  if (!answer.ok) showToast(errorSentence(answer.error), 'bad');
};

export const recompute = async (): Promise<void> => {
  const answer = await callSigned('engine.recompute', {});
  if (!answer.ok) {
    showToast(errorSentence(answer.error), 'bad');
    return;
  }
  const { cards, drifted, durationMs } = answer.value;
  showToast(
    i18n.t(drifted === 0 ? 'health.recomputedNone' : 'health.recomputed', {
      cards: formatNumber(cards),
      count: drifted,
      time: formatDuration(durationMs),
    }),
    drifted === 0 ? 'good' : 'bad',
  );
};
