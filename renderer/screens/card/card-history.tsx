import { useTranslation } from 'react-i18next';
import type { CardTransaction, CardView } from '../../../shared/domain/card.ts';
import { inWords } from '../../features/alert/evidence.tsx';
import { TransactionHead } from '../../features/alert/transaction-head.tsx';
import { formatMoney } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';

/** What can be done about a correction in the history. */
const OfCorrection = ({ row: { logId, correctionKind } }: { row: CardTransaction }) => {
  const { t } = useTranslation();
  return (
    <span className="row">
      <Button tone="quiet" onClick={() => openDialog({ kind: 'receipt', logId })}>
        {t('receipt.open')}
      </Button>
      <a href={hrefOf({ screen: 'corrections', query: `row=${logId}` })}>{t('register.inRegister')}</a>
      {correctionKind !== 'undo' && (
        <Button tone="quiet" onClick={() => openDialog({ kind: 'undo', logId })}>
          {t('correction.undo')}
        </Button>
      )}
    </span>
  );
};

export const History = ({ card }: { card: CardView }) => {
  const { t } = useTranslation();
  return (
    <section className="stack" aria-labelledby="card-history">
      <h2 id="card-history">{t('card.history')}</h2>
      <p className="quiet">
        {card.transactions.length === 0
          ? t('card.noHistory')
          : t('card.historyText', { shown: card.transactions.length, count: card.transactionCount })}
      </p>
      <div className="scroll-x">
        <table>
          <TransactionHead />
          <tbody>
            {card.transactions.map((row) => (
              <tr key={row.logId}>
                <td>
                  <Time at={row.at} seconds />
                </td>
                <td title={row.note ?? undefined}>{inWords('type', row.type)}</td>
                <td>{inWords('status', row.status)}</td>
                <td className="number">{row.amountCents === null ? '–' : formatMoney(row.amountCents)}</td>
                <td className="number">{row.previousCents === null ? '–' : formatMoney(row.previousCents)}</td>
                <td className="number">{row.newCents === null ? '–' : formatMoney(row.newCents)}</td>
                <td className="number">{formatMoney(row.expectedAfterCents)}</td>
                <td>{row.correctionKind === null ? (row.pointOfSale ?? '') : <OfCorrection row={row} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2>{t('card.scans')}</h2>
      <ul className="card-scans">
        {card.scans.map((scan) => (
          <li key={scan.scanId}>
            <Time at={scan.at} seconds /> {scan.status ?? ''} <span className="quiet">{scan.device ?? ''}</span>
          </li>
        ))}
      </ul>
    </section>
  );
};
