import { useTranslation } from 'react-i18next';
import type { BacktestReport } from '../../../shared/contract/detectors.ts';
import { ALARM_LIMITS } from '../../../shared/domain/alarm-quality.ts';
import { formatMoney, formatTime, i18n } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { shownId } from '../../shown-id.ts';
import { Time } from '../../ui/time.tsx';

/** What people made of those that are on record. */
const judged = ({ resolved, falsePositive, open }: BacktestReport['present']): string =>
  [
    resolved > 0 && i18n.t('thresholds.judgedResolved', { count: resolved }),
    falsePositive > 0 && i18n.t('thresholds.judgedFalse', { count: falsePositive }),
    open > 0 && i18n.t('thresholds.judgedOpen', { count: open }),
  ]
    .filter((words) => words !== false)
    .join(', ') || i18n.t('thresholds.judgedNone');

/** What other thresholds would have found and missed, in sentences and in money. */
export const BacktestResult = ({ report }: { report: BacktestReport }) => {
  const { t } = useTranslation();
  const { present, proposed, missed, added } = report;
  return (
    <div className="stack" role="status">
      <p className="quiet">
        {t('thresholds.backtested', {
          from: formatTime(report.from),
          to: formatTime(report.to),
          transactions: report.transactions,
          scans: report.scans,
        })}
      </p>
      <ul>
        <li>{t('thresholds.resultNow', { count: present.found, judged: judged(present) })}</li>
        <li>
          <strong>{t('thresholds.resultFound', { count: proposed.found, judged: judged(proposed) })}</strong>
        </li>
        <li>
          {missed.found === 0
            ? t('thresholds.resultMissedNone')
            : t('thresholds.resultMissed', { count: missed.found, judged: judged(missed) })}
        </li>
        {added.found > 0 && <li>{t('thresholds.resultAdded', { count: added.found })}</li>}
        <li>
          {t('thresholds.resultMoney', {
            present: formatMoney(present.amountCents),
            proposed: formatMoney(proposed.amountCents),
            missed: formatMoney(missed.amountCents),
          })}
        </li>
        <li>
          {t('thresholds.resultLoad', {
            present: present.alertsPerHour,
            proposed: proposed.alertsPerHour,
          })}
        </li>
        <li>
          {t('thresholds.resultPerOperator', { present: present.perOperator, proposed: proposed.perOperator })}{' '}
          {t(proposed.perOperator <= ALARM_LIMITS.tenMinutes.good ? 'thresholds.bearable' : 'thresholds.unbearable')}
        </li>
      </ul>
      {report.examples.length > 0 && <Examples examples={report.examples} />}
    </div>
  );
};

const Examples = ({ examples }: { examples: BacktestReport['examples'] }) => {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <section className="threshold-examples" aria-label={t('thresholds.examples')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{t('alert.column_time')}</th>
            <th>{t('alert.card')}</th>
            <th className="number">{t('alert.column_amount')}</th>
            <th>{t('thresholds.change')}</th>
            <th>{t('thresholds.status')}</th>
          </tr>
        </thead>
        <tbody>
          {examples.map((example) => (
            <tr key={`${example.at}/${example.cardId}/${example.change}`}>
              <td>
                <Time at={example.at} seconds />
              </td>
              <td>
                {example.cardId === null ? (
                  '–'
                ) : (
                  <a className="mono" href={hrefOf({ screen: 'card', cardId: example.cardId })}>
                    {shownId(example.cardId)}
                  </a>
                )}
              </td>
              <td className="number">{example.amountCents === null ? '–' : formatMoney(example.amountCents)}</td>
              <td>{t(`thresholds.change_${example.change}`)}</td>
              <td>{t(`thresholds.status_${example.status}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
