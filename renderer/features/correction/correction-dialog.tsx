import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorSentence, formatTime } from '../../i18n.ts';
import { shownId } from '../../shown-id.ts';
import { useDraftText } from '../../stores/drafts.ts';
import type { OpenDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CorrectionForm } from './correction-form.tsx';
import { useFigures } from './use-figures.ts';

type CorrectionOptions = Extract<OpenDialog, { kind: 'correct' }>;

/** So long the dialog waits for today's figures before it takes those of the laptop's copy. */
const PATIENCE_MS = 1_500;

/** Correcting a card: figures of this moment, or a clear word why there are none. */
export const CorrectionDialog = ({ options, onClose }: { options: CorrectionOptions; onClose: () => void }) => {
  const { t } = useTranslation();
  // Stays when the figures are refreshed: a reason need not be written twice.
  const { cardId } = options;
  const [reason, setReason, forget] = useDraftText(`correct ${cardId}`, options.reason);
  const { card: known, live, error, ...figures } = useFigures(cardId);
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  const card = live || !patient || error !== null ? known : null;
  return (
    <Dialog title={t('correction.title', { card: shownId(cardId) })} onClose={onClose} wide>
      {card === null && error === null && <p className="quiet">{t('common.loading')}</p>}
      {card === null && error !== null && (
        <div className="stack">
          <p role="alert">{t('card.noCopy', { why: errorSentence(error) })}</p>
          <div>
            <Button disabled={figures.renewing} onClick={figures.renew}>
              {t('runbook.runAgain')}
            </Button>
          </div>
        </div>
      )}
      {card !== null && !card.exists && <p role="alert">{t('card.unknown')}</p>}
      {card !== null && !live && (
        <p className="waiting-mark">{t('correction.fromCopy', { time: formatTime(card.at, { seconds: true }) })}</p>
      )}
      {card?.exists && (
        <CorrectionForm
          key={figures.key}
          card={card}
          options={options}
          reason={reason}
          onReason={setReason}
          onSend={figures.hold}
          onSent={forget}
          trouble={{ onRecompute: figures.renew, recomputing: figures.renewing }}
        />
      )}
    </Dialog>
  );
};
