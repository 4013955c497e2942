import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardView } from '../../shared/contract/cards.ts';
import type { RegieError } from '../../shared/contract/errors.ts';
import { call } from '../bridge.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { errorSentence } from '../i18n.ts';
import { closeDialog, type OpenDialog } from '../stores/ui.ts';
import { CorrectionForm } from './correction-form.tsx';

export type CorrectionOptions = Extract<OpenDialog, { kind: 'correct' }>;

/** Correcting a card: figures of this moment, or a clear word why there are none. */
export const CorrectionDialog = ({ options }: { options: CorrectionOptions }) => {
  const { t } = useTranslation();
  const [card, setCard] = useState<CardView | RegieError | null>(null);
  const [look, setLook] = useState(0);
  // Kept when the figures are taken anew: nobody writes a reason twice.
  const [reason, setReason] = useState('');
  const { cardId } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look is the reason to ask again
  useEffect(() => {
    let wanted = true;
    void call('card.get', { cardId }).then((answer) => {
      if (wanted) setCard(answer.ok ? answer.value : answer.error);
    });
    return () => {
      wanted = false;
    };
  }, [cardId, look]);
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
