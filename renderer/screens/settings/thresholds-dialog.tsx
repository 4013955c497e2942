import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { detectorName, thresholdName } from '../../sentence.ts';
import type { OpenDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';

type ThresholdsDialogOptions = Extract<OpenDialog, { kind: 'thresholds' }>;

/** Other thresholds change what every laptop finds: asked once more, with what was and what will be. */
export const ThresholdsDialog = ({ options, onClose }: { options: ThresholdsDialogOptions; onClose: () => void }) => {
  const { t } = useTranslation();
  const { algorithm, thresholds, base, changes, tried } = options;
  const [sending, setSending] = useState(false);
  // One id for the same figures: sending them again cannot do it twice.
  const [operationId] = useState(newOperationId);
  const send = async () => {
    setSending(true);
    const outcome = await submit(
      'detectors.set',
      { operationId, algorithm, thresholds, base },
      { done: t('thresholds.done') },
    );
    setSending(false);
    if (outcome === null) return;
    onClose();
    options.onDone();
  };
  return (
    <Dialog title={t('thresholds.confirmTitle')} onClose={onClose}>
      <div className="stack">
        <p>{t('thresholds.confirmText', { detector: detectorName(algorithm) })}</p>
        <ul>
          {changes.map(({ name, before, after }) => (
            <li key={name}>
              <strong>
                {t('thresholds.beforeAfter', {
                  name: thresholdName(name),
                  before: before ?? t('thresholds.standard'),
                  after,
                })}
              </strong>
            </li>
          ))}
        </ul>
        {!tried && <p>{t('thresholds.confirmNotBacktested')}</p>}
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button tone="primary" disabled={sending} onClick={() => void send()}>
            {t('thresholds.apply')}
          </Button>
        </DialogFoot>
      </div>
    </Dialog>
  );
};
