import { useTranslation } from 'react-i18next';
import type { CardFigures } from '../../../shared/domain/correction.ts';
import { errorSentence, formatMoney } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { SecondPerson } from '../approvals/second-person.tsx';
import { CloseOrReceipt } from './close-or-receipt.tsx';
import type { CorrectionState } from './use-correction.ts';

/** What became of a correction that was sent: applied, or in the hands of a second person. */
export const CorrectionDone = (props: {
  state: Extract<CorrectionState, { is: 'applied' | 'proposed' }>;
  after: CardFigures;
  then?: (() => void) | undefined;
}) => {
  const { t } = useTranslation();
  const { state, after, then } = props;
  if (state.is === 'proposed') {
    return <SecondPerson proposalId={state.proposalId} waiting={state.waiting} onApplied={then} />;
  }
  return (
    <div className="stack" role="status">
      <p className="correction-done">
        {state.waiting ? t('correction.waits') : t('correction.applied', { amount: formatMoney(after.actual) })}
      </p>
      {state.transactionId !== null && (
        <p className="quiet mono">{t('correction.receipt', { transaction: state.transactionId })}</p>
      )}
      <CloseOrReceipt logId={state.logId} then={then} />
    </div>
  );
};

/** What helps a correction whose figures have moved. */
export type TroubleActions = { readonly onRecompute: () => void; readonly recomputing: boolean };

/** Why a correction was not applied. */
export const CorrectionTrouble = ({ state, onRecompute, recomputing }: { state: CorrectionState } & TroubleActions) => {
  const { t } = useTranslation();
  if (state.is === 'stale') {
    return (
      <div className="stack correction-stale" role="alert">
        <p>{t('correction.stale', { actual: formatMoney(state.actual), expected: formatMoney(state.expected) })}</p>
        <div>
          <Button disabled={recomputing} onClick={onRecompute}>
            {t('correction.recompute')}
          </Button>
        </div>
      </div>
    );
  }
  if (state.is !== 'refused') return null;
  return (
    <p role="alert" className="field-error">
      {errorSentence(state.error)}
    </p>
  );
};
