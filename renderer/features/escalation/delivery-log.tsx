import { useTranslation } from 'react-i18next';
import type { Contact } from '../../../shared/domain/escalation.ts';
import { formatTime } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { hrefOf } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';

/** What was sent to whom, and what became of it. */
export const DeliveryLog = ({ contacts }: { contacts: readonly Contact[] }) => {
  const { t } = useTranslation();
  const { data, refetch } = useLive('escalation.deliveries', {}, { fixed: true });
  const deliveries = data?.deliveries ?? [];
  return (
    <div className="stack">
      <h3>{t('escalation.log')}</h3>
      {deliveries.length === 0 ? (
        <p className="quiet">{t('escalation.logEmpty')}</p>
      ) : (
        <div className="scroll-x">
          <table>
            <thead>
              <tr>
                <th>{t('alert.column_time')}</th>
                <th>{t('escalation.alert')}</th>
                <th>{t('escalation.who')}</th>
                <th>{t('escalation.how')}</th>
                <th>{t('escalation.state')}</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.map((one) => (
                <tr key={one.deliveryId}>
                  <td>{formatTime(one.endedAt ?? one.dueAt, { seconds: true })}</td>
                  <td>
                    <a
                      href={hrefOf(
                        one.incidentId === null
                          ? { screen: 'runbooks', runId: null }
                          : { screen: 'board', incidentId: one.incidentId },
                      )}
                    >
                      {t(`board.${one.severity}`)} {one.incidentId ?? t('escalation.ofRunbook')}
                    </a>
                  </td>
                  <td>{contacts.find(({ id }) => id === one.contact)?.name ?? one.contact}</td>
                  <td>{t(`escalation.channel_${one.channel}`)}</td>
                  <td>
                    {t(`escalation.state_${one.state}`)}
                    {one.reason !== null && (
                      <span className="quiet">
                        {' '}
                        {t(`escalation.why_${one.reason.code}`, { detail: one.reason.detail })}
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div>
        <Button onClick={() => void refetch()}>{t('health.refresh')}</Button>
      </div>
    </div>
  );
};
