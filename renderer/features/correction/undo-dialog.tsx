import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardView } from '../../../shared/domain/card.ts';
import { figuresAfter, needsApproval, undoOf } from '../../../shared/domain/correction.ts';
import type { Receipt } from '../../../shared/domain/receipt.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { errorSentence, formatMoney, formatTime } from '../../i18n.ts';
import { shownId } from '../../shown-id.ts';
import { useDraftText } from '../../stores/drafts.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot, useCloseDialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { CorrectionDone, CorrectionTrouble, type TroubleActions } from './correction-outcome.tsx';
import { Figures } from './figures.tsx';
import { useCorrection } from './use-correction.ts';
import { useFigures } from './use-figures.ts';
import { useReceipt } from './use-receipt.ts';
import { WrittenRows } from './written-rows.tsx';
import './correction.css';

/** Taking a correction back: a second one that refers to it, on the figures of this moment. */
export const UndoDialog = ({ logId, onClose }: { logId: RowId; onClose: () => void }) => {
  const { t } = useTranslation();
  const { receipt, error } = useReceipt(logId);
  return (
    <Dialog title={t('correction.undoTitle', { card: shownId(receipt?.cardId ?? '') })} onClose={onClose} wide>
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      {error === null && receipt === null && <p className="quiet">{t('common.loading')}</p>}
      {receipt?.undone && <p role="alert">{t('errors.correction_already_undone')}</p>}
      {receipt !== null && !receipt.undone && <OfCard receipt={receipt} />}
    </Dialog>
  );
};

const OfCard = ({ receipt }: { receipt: Receipt }) => {
  const { t } = useTranslation();
  const [reason, setReason, forget] = useDraftText(`undo ${receipt.operationId}`);
  const { card, live, error, ...figures } = useFigures(receipt.cardId);
  if (card === null || !live) {
    return <p role="status">{error === null ? t('common.loading') : errorSentence(error)}</p>;
  }
  return (
    <UndoForm
      key={figures.key}
      receipt={receipt}
      card={card}
      reason={reason}
      onReason={setReason}
      onSend={figures.hold}
      onSent={forget}
      trouble={{ onRecompute: figures.renew, recomputing: figures.renewing }}
    />
  );
};

const UndoForm = (props: {
  receipt: Receipt;
  card: CardView;
  reason: string;
  onReason: (reason: string) => void;
  onSend: () => void;
  onSent: () => void;
  trouble: TroubleActions;
}) => {
  const { t } = useTranslation();
  const onClose = useCloseDialog();
  const { receipt, card, reason } = props;
  const operator = useSystem((state) => state.session?.operator ?? '');
  const { state, send, limit } = useCorrection(receipt.cardId);
  const [tried, setTried] = useState(false);
  const before = { actual: card.actualCents, expected: card.expectedCents };
  const deltas = undoOf({ cardDelta: receipt.cardDeltaCents, ledgerDelta: receipt.ledgerDeltaCents });
  const after = figuresAfter(before, deltas);
  const asked = needsApproval(receipt.kind, deltas, limit) ? 'propose' : 'apply';
  const moved = deltas.cardDelta === 0 ? deltas.ledgerDelta : deltas.cardDelta;
  if (state.is === 'applied' || state.is === 'proposed') return <CorrectionDone state={state} after={after} />;
  const undo = () => {
    setTried(true);
    if (reason.trim() === '') return;
    props.onSend();
    props.onSent();
    void send(
      {
        eventId: receipt.eventId,
        cardId: receipt.cardId,
        kind: 'undo',
        cardDeltaCents: deltas.cardDelta,
        ledgerDeltaCents: deltas.ledgerDelta,
        seenActualCents: before.actual,
        seenExpectedCents: before.expected,
        originalTransaction: null,
        reason,
        undoes: receipt.operationId,
      },
      asked,
    );
  };
  return (
    <div className="stack">
      <p>
        {t('correction.undoes', {
          name: receipt.operator,
          time: formatTime(receipt.at, { seconds: true }),
          reason: receipt.reason,
        })}
      </p>
      <Figures before={before} after={after} />
      <TextField
        label={t('correction.note')}
        value={reason}
        hint={t('correction.noteHint')}
        error={tried && reason.trim() === '' ? t('correction.error_reason_missing') : undefined}
        maxLength={2_000}
        onChange={(event) => props.onReason(event.target.value)}
      />
      <WrittenRows cardId={card.cardId} before={before} deltas={deltas} eventId={null} operator={operator} />
      <CorrectionTrouble state={state} {...props.trouble} />
      <DialogFoot>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button tone="primary" large disabled={state.is === 'sending' || state.is === 'stale'} onClick={undo}>
          {state.is === 'sending'
            ? t('correction.sending')
            : t(asked === 'propose' ? 'correction.ask' : 'correction.confirm', {
                amount: formatMoney(moved, { signed: true }),
              })}
        </Button>
      </DialogFoot>
    </div>
  );
};
