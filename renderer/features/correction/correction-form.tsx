import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nearLimit } from '../../../shared/domain/allowance.ts';
import type { CardView } from '../../../shared/domain/card.ts';
import { discrepancyOf, wholeAmount } from '../../../shared/domain/correction.ts';
import { cents } from '../../../shared/domain/money.ts';
import { formatMoney } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import type { OpenDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { DialogFoot, useCloseDialog } from '../../ui/dialog.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { MoneyField } from '../../ui/money-field.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { CorrectionDone, CorrectionTrouble, type TroubleActions } from './correction-outcome.tsx';
import { Figures } from './figures.tsx';
import { useCorrection } from './use-correction.ts';
import { useDraft } from './use-draft.ts';
import { WrittenRows } from './written-rows.tsx';
import './correction.css';

/** The fields of a correction, what it would do, and the way to do it. */
export const CorrectionForm = (props: {
  card: CardView;
  options: Extract<OpenDialog, { kind: 'correct' }>;
  reason: string;
  onReason: (reason: string) => void;
  onSend: () => void;
  onSent: () => void;
  trouble: TroubleActions;
}) => {
  const { t } = useTranslation();
  const onClose = useCloseDialog();
  const { card, options, reason } = props;
  const operator = useSystem((state) => state.session?.operator ?? '');
  const { state, send, limit, lowered, heard, allowance } = useCorrection(card.cardId);
  const draft = useDraft(card, options, { reason, limit });
  const { kind, amount: typedAmount, figures, deltas, after, approval, problem } = draft;
  const [tried, setTried] = useState(false);
  // Where everything else is proposed, typing begins with the reason.
  const [onlyReason] = useState(problem === 'reason_missing');
  /** The amount that was asked about once more. */
  const [confirmed, setConfirmed] = useState<number | null>(null);
  const shownProblem = (...codes: string[]): string | undefined =>
    problem !== null &&
    codes.includes(problem) &&
    (tried || (typedAmount.trim() !== '' && problem !== 'reason_missing'))
      ? problem === 'negative' && kind === 'restore_card' && figures.actual > 0
        ? t('correction.error_negative_part', { most: formatMoney(figures.actual) })
        : t(`correction.error_${problem}`)
      : undefined;
  const moved = deltas.cardDelta === 0 ? deltas.ledgerDelta : deltas.cardDelta;
  const whole = wholeAmount(kind, figures);
  const near = approval || allowance === undefined ? null : nearLimit(allowance, moved);

  if (state.is === 'applied' || state.is === 'proposed') {
    return <CorrectionDone state={state} after={after} then={options.then} />;
  }

  const apply = () => {
    setTried(true);
    if (problem !== null) return;
    if (near !== null && confirmed !== moved) {
      setConfirmed(moved);
      return;
    }
    props.onSend();
    props.onSent();
    void send(
      {
        ...(options.supersedes === undefined ? {} : { supersedes: options.supersedes }),
        eventId: options.eventId,
        cardId: card.cardId,
        kind,
        cardDeltaCents: deltas.cardDelta,
        ledgerDeltaCents: deltas.ledgerDelta,
        seenActualCents: card.actualCents,
        seenExpectedCents: card.expectedCents,
        originalTransaction: kind === 'restore_card' ? options.original : null,
        reason,
      },
      approval ? 'propose' : 'apply',
    );
  };

  return (
    <div className="stack">
      <Figures before={figures} after={after} />
      <Choice
        label={t('correction.kind')}
        value={kind}
        options={draft.kinds.map((value) => ({ value, label: t(`correction.kind_${value}`) }))}
        onChange={draft.choose}
      />
      <p className="quiet">{t(`correction.why_${discrepancyOf(figures) === 0 ? 'agree' : options.why}`)}</p>
      <div className="correction-fields">
        <MoneyField
          label={t('correction.amount')}
          value={typedAmount}
          hint={whole === null ? undefined : t('correction.amountHint', { amount: formatMoney(whole) })}
          error={shownProblem('amount_missing', 'amount_zero', 'amount_too_large', 'negative')}
          onChange={draft.type}
        />
      </div>
      <TextField
        label={t('correction.note')}
        value={reason}
        data-focus={onlyReason ? '' : undefined}
        hint={t('correction.noteHint')}
        error={shownProblem('reason_missing')}
        onChange={(event) => props.onReason(event.target.value)}
      />
      <WrittenRows
        cardId={card.cardId}
        before={figures}
        deltas={deltas}
        eventId={options.eventId}
        operator={operator}
      />
      {approval && !lowered && (
        <p className="quiet">
          {t(limit < heard ? 'correction.needsSecondToday' : 'correction.needsSecond', { limit: formatMoney(limit) })}
        </p>
      )}
      {near !== null && allowance !== undefined && confirmed === moved && (
        <p role="alert">
          {t(`correction.near_${near}`, {
            moved: formatMoney(cents(allowance[near].movedCents + Math.abs(moved))),
            limit: formatMoney(allowance[near].limitCents),
          })}
        </p>
      )}
      <CorrectionTrouble state={state} {...props.trouble} />
      <DialogFoot>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <CommandButton
          needs="correction.apply"
          tone="primary"
          large
          disabled={state.is === 'sending' || state.is === 'stale'}
          onClick={apply}
        >
          {state.is === 'sending'
            ? t('correction.sending')
            : moved === 0
              ? t('correction.confirmNone')
              : t(approval ? 'correction.ask' : 'correction.confirm', { amount: formatMoney(moved, { signed: true }) })}
        </CommandButton>
      </DialogFoot>
    </div>
  );
};
