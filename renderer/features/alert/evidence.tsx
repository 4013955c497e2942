import { useTranslation } from 'react-i18next';
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import { idIn } from '../../../shared/domain/row-id.ts';
import { factCents, formatMoney, i18n } from '../../i18n.ts';
import { Time } from '../../ui/time.tsx';
import { BalancePicture } from './balance-picture.tsx';
import { TransactionHead } from './transaction-head.tsx';
import { evidenceRows } from './transactions.ts';

const money = (value: number | null): string => {
  const amount = factCents(value);
  return amount === null ? '–' : formatMoney(amount);
};

/** A kind or a status in words; one that the festival invented is shown as it is. */
export const inWords = (prefix: 'type' | 'status' | 'scan', value: string | null): string =>
  value === null || value === ''
    ? '–'
    : i18n.exists(`card.${prefix}_${value}`)
      ? i18n.t(`card.${prefix}_${value}`)
      : value;

/** The card's last transactions as they were when the alert was raised, the faulty one marked. Needs no network. */
export const Evidence = ({ event }: { event: AlertEvent }) => {
  const { t } = useTranslation();
  const transactions = evidenceRows(event);
  if (event.cardId === null || transactions.length === 0) return <p className="quiet">{t('alert.noEvidence')}</p>;
  const faulty = idIn(event.facts.log_id);
  return (
    <>
      <BalancePicture event={event} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keyboard */}
      <section className="scroll-x" aria-label={t('alert.evidence')} tabIndex={0}>
        <table>
          <caption className="quiet">{t('alert.evidenceText')}</caption>
          <TransactionHead narrow />
          <tbody>
            {transactions.toReversed().map((row) => (
              <tr key={row.log_id} className={row.log_id === faulty ? 'faulty-row' : ''}>
                <td>
                  <Time at={row.occurred_at} seconds />
                </td>
                <td>
                  {inWords('type', row.transaction_type)} {row.log_id === faulty && <>({t('alert.faulty')})</>}
                  {row.point_of_sale && (
                    <bdi className="evidence-place quiet" title={row.point_of_sale}>
                      {row.point_of_sale}
                    </bdi>
                  )}
                </td>
                <td>{inWords('status', row.status)}</td>
                <td className="number">{money(row.amount_involved)}</td>
                <td className="number">{money(row.previous_balance)}</td>
                <td className="number">{money(row.new_balance)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
};
