import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCard } from '../card/use-card.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { errorSentence } from '../i18n.ts';
import { closeDialog, type OpenDialog } from '../stores/ui.ts';
import { CorrectionForm } from './correction-form.tsx';

export type CorrectionOptions = Extract<OpenDialog, { kind: 'correct' }>;

/** Correcting a card: figures of this moment, or a clear word why there are none. */
export const CorrectionDialog = ({ options }: { options: CorrectionOptions }) => {
  const { t } = useTranslation();
  const [look, setLook] = useState(0);
  // Kept when the figures are taken anew: nobody writes a reason twice.
  const [reason, setReason] = useState('');
  const { cardId } = options;
  const card = useCard(cardId, look);
  return (
    <Dialog title={t('correction.title', { card: cardId })} onClose={closeDialog} wide>
      {card === null && <p className="quiet">{t('common.loading')}</p>}
      {card !== null && 'code' in card && (
        <div className="stack">
          <p role="alert">{errorSentence(card)}</p>
          <div>
            <Button onClick={() => setLook(look + 1)}>{t('runbook.runAgain')}</Button>
          </div>
        </div>
      )}
      {card !== null && 'cardId' in card && !card.exists && <p role="alert">{t('card.unknown')}</p>}
      {card !== null && 'cardId' in card && card.exists && (
        // Other figures are another correction: the form begins anew, with an operation of its own.
        <CorrectionForm
          key={card.at}
          card={card}
          options={options}
          reason={reason}
          onReason={setReason}
          onLookAgain={() => setLook(look + 1)}
        />
      )}
    </Dialog>
  );
};
