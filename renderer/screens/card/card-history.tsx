import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardTransaction, CardView } from '../../../shared/domain/card.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { inWords } from '../../features/alert/evidence.tsx';
import { TransactionHead } from '../../features/alert/transaction-head.tsx';
import { errorSentence, formatMoney } from '../../i18n.ts';
import { usePages } from '../../query.ts';
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

const Rows = ({ rows }: { rows: readonly CardTransaction[] }) => (
  <>
    {rows.map((row) => (
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
  </>
);

/** What lies before the rows that are shown, a page at a time, from the festival's database. */
const OlderRows = ({ cardId, before }: { cardId: string; before: RowId }) => {
  const { t } = useTranslation();
  const { pages, error, isFetching, more } = usePages('card.page', { cardId, before });
  return (
    <>
      <Rows rows={pages?.flatMap(({ rows }) => rows) ?? []} />
      {(error !== null || isFetching || more !== null) && (
        <tr>
          <td colSpan={8}>
            {error !== null && <span role="alert">{errorSentence(error)}</span>}
            {isFetching && <span className="quiet">{t('common.loading')}</span>}
            {!isFetching && more !== null && <Button onClick={more}>{t('card.older')}</Button>}
          </td>
        </tr>
      )}
    </>
  );
};

export const History = ({ card }: { card: CardView }) => {
  const { t } = useTranslation();
  const [older, setOlder] = useState(false);
  const last = card.transactions.at(-1);
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
            <Rows rows={card.transactions} />
            {older && last !== undefined && <OlderRows cardId={card.cardId} before={last.logId} />}
          </tbody>
        </table>
      </div>
      {!older && last !== undefined && card.transactions.length < card.transactionCount && (
        <div>
          <Button onClick={() => setOlder(true)}>{t('card.older')}</Button>
        </div>
      )}
      <h2>{t('card.scans')}</h2>
      <ul className="card-scans">
        {card.scans.map((scan) => (
          <li key={scan.scanId}>
            <Time at={scan.at} seconds /> {inWords('scan', scan.status)}{' '}
            <span className="quiet">{scan.device ?? ''}</span>
          </li>
        ))}
      </ul>
    </section>
  );
};
