import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { goTo, parseRoute } from '../../routes.ts';
import { titleOf } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';

/** Alerts that only repeat this one's loss: they stand in its row, and what is done there is done to them, too. */
export const SameLoss = ({ repeats }: { repeats: readonly Alert[] }) => {
  const { t } = useTranslation();
  if (repeats.length === 0) return null;
  const open = (incidentId: RowId): void => {
    const route = parseRoute(location.hash);
    goTo(route.screen === 'board' ? { ...route, incidentId } : { screen: 'board', incidentId });
  };
  return (
    <section className="stack" aria-labelledby="same-loss">
      <h3 id="same-loss">{t('alert.sameLoss')}</h3>
      <p className="quiet">{t('alert.sameLossText')}</p>
      <ul className="stack">
        {repeats.map((alert) => (
          <li key={alert.incidentId} className="linked-line">
            <SeverityMark severity={alert.lead.severity} />
            <span>{titleOf(alert)}</span>
            <Button tone="quiet" onClick={() => open(alert.incidentId)}>
              {t('alert.openIt')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
};
