import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CorrectionKind } from '../../shared/contract/calls.ts';
import type { CardView } from '../../shared/contract/cards.ts';
import {
  APPROVAL_LIMIT,
  correctionProblem,
  deltasOf,
  discrepancyOf,
  figuresAfter,
  needsApproval,
  possibleKinds,
  readAmount,
  wholeAmount,
} from '../../shared/domain/correction.ts';
import { cents, toNumeric, ZERO } from '../../shared/domain/money.ts';
import { Button } from '../components/button.tsx';
import { Choice, Field, TextField } from '../components/field.tsx';
import { errorSentence, formatMoney, i18n } from '../i18n.ts';
import { useSystem } from '../stores/system.ts';
import { closeDialog } from '../stores/ui.ts';
import type { CorrectionOptions } from './correction-dialog.tsx';
import { Figures } from './figures.tsx';
import { useCorrection } from './use-correction.ts';
import './correction.css';

const typed = (amount: number | null): string =>
  amount === null ? '' : toNumeric(cents(amount)).replace('.', i18n.language === 'fr' ? ',' : '.');

export const CorrectionForm = (props: {
  card: CardView;
  options: CorrectionOptions;
  reason: string;
  onReason: (reason: string) => void;
  onLookAgain: () => void;
}) => {
  const { t } = useTranslation();
  const { card, options, reason } = props;
  const operator = useSystem((state) => state.session?.operator ?? '');
  const figures = { actual: card.actualCents, expected: card.expectedCents };
  const kinds = possibleKinds(figures);
  const [kind, setKind] = useState<CorrectionKind>(kinds[0] ?? 'goodwill');
  const [amountText, setAmountText] = useState(
    typed(wholeAmount(kind, figures) ?? (kind === 'goodwill' ? (options.amount ?? null) : null)),
  );
  const [approver, setApprover] = useState('');
  const [tried, setTried] = useState(false);
  const { state, send } = useCorrection();

  const amount = readAmount(amountText);
  const deltas = deltasOf(kind, figures, amount ?? ZERO);
  const after = figuresAfter(figures, deltas);
  const approval = needsApproval(kind, deltas);
  const problem = correctionProblem({ kind, figures, amount, reason, operator, approver });
  const shownProblem = (...codes: string[]): string | undefined =>
    problem !== null && codes.includes(problem) && (tried || problem.startsWith('amount') || problem === 'negative')
      ? t(`correction.error_${problem}`)
      : undefined;
  const moved = deltas.cardDelta === 0 ? deltas.ledgerDelta : deltas.cardDelta;

  if (state.is === 'applied') {
    const finish = () => {
      closeDialog();
      options.then?.();
    };
    return (
      <div className="stack" role="status">
        <p className="correction-done">
          {state.waiting ? t('correction.waits') : t('correction.applied', { amount: formatMoney(after.actual) })}
        </p>
        {state.transactionId !== null && (
          <p className="quiet mono">{t('correction.receipt', { transaction: state.transactionId })}</p>
        )}
        <div>
          <Button tone="primary" large onClick={finish}>
            {t('common.close')}
          </Button>
        </div>
      </div>
    );
  }

  const apply = () => {
    setTried(true);
    if (problem !== null) return;
    void send({
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
      approver: approval ? approver : null,
    });
  };

  return (
    <div className="stack">
      <Figures before={figures} after={after} />
      <Choice
        label={t('correction.kind')}
        value={kind}
        options={kinds.map((value) => ({ value, label: t(`correction.kind_${value}`) }))}
        onChange={(chosen) => {
          setKind(chosen);
          setAmountText(typed(wholeAmount(chosen, figures)));
        }}
      />
      <p className="quiet">{t(`correction.why_${discrepancyOf(figures) === 0 ? 'agree' : options.why}`)}</p>
      <div className="correction-fields">
        <Field
          label={t('correction.amount')}
          inputMode="decimal"
          value={amountText}
          hint={
            wholeAmount(kind, figures) === null
              ? undefined
              : t('correction.amountHint', { amount: formatMoney(wholeAmount(kind, figures) ?? ZERO) })
          }
          error={shownProblem('amount_missing', 'amount_zero', 'amount_too_large', 'negative')}
          onChange={(event) => setAmountText(event.target.value)}
        />
        {approval && (
          <Field
            label={t('correction.approver')}
            value={approver}
            hint={t('correction.approverHint', { limit: formatMoney(APPROVAL_LIMIT) })}
            error={shownProblem('approver_missing', 'approver_is_author')}
            onChange={(event) => setApprover(event.target.value)}
          />
        )}
      </div>
      <TextField
        label={t('correction.note')}
        value={reason}
        hint={t('correction.noteHint')}
        error={shownProblem('reason_missing')}
        onChange={(event) => props.onReason(event.target.value)}
      />
      <details>
        <summary>{t('correction.details')}</summary>
        <ul className="correction-rows mono">
          <li>
            {t('correction.row_log', {
              amount: toNumeric(cents(Math.abs(moved))),
              before: toNumeric(figures.actual),
              after: toNumeric(after.actual),
            })}
          </li>
          <li>
            {deltas.cardDelta === 0
              ? t('correction.row_card_unchanged')
              : t('correction.row_card', {
                  card: card.cardId,
                  before: toNumeric(figures.actual),
                  after: toNumeric(after.actual),
                })}
          </li>
          {options.eventId !== null && <li>{t('correction.row_event', { event: options.eventId })}</li>}
          <li>{t('correction.row_audit', { operator })}</li>
        </ul>
      </details>
      {state.is === 'stale' && (
        <div className="stack correction-stale" role="alert">
          <p>{t('correction.stale', { actual: formatMoney(state.actual), expected: formatMoney(state.expected) })}</p>
          <div>
            <Button onClick={props.onLookAgain}>{t('correction.recompute')}</Button>
          </div>
        </div>
      )}
      {state.is === 'refused' && (
        <p role="alert" className="field-error">
          {errorSentence(state.error)}
        </p>
      )}
      <div className="row">
        <Button
          needs="correction.apply"
          tone="danger"
          large
          disabled={state.is === 'sending' || state.is === 'stale'}
          onClick={apply}
        >
          {state.is === 'sending'
            ? t('correction.sending')
            : t('correction.confirm', { amount: formatMoney(moved, { signed: true }) })}
        </Button>
        <Button onClick={closeDialog}>{t('common.cancel')}</Button>
      </div>
    </div>
  );
};
