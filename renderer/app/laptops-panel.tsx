import { useTranslation } from 'react-i18next';
import type { SystemStatus } from '../../shared/contract/status.ts';
import { hrefOf } from '../routes.ts';
import { titleOf } from '../sentence.ts';
import { useAlerts } from '../stores/alerts.ts';
import { useSystem } from '../stores/system.ts';
import { Button } from '../ui/button.tsx';
import { Age } from '../ui/time.tsx';

/** Who has Regie open on this festival, under its chip of the top bar. */
export const LaptopsPanel = ({ status, onClose }: { status: SystemStatus; onClose: () => void }) => {
  const { t } = useTranslation();
  const operator = useSystem((state) => state.session?.operator ?? null);
  const { engine, laptops } = status;
  const here = { laptop: engine.laptop, operator, incidentId: null, seenAt: null };
  return (
    <section className="engine-panel panel stack" aria-label={t('common.laptopsTitle')}>
      <div className="row engine-head">
        <h2>{t('common.laptopsTitle')}</h2>
        <Button tone="quiet" aria-label={t('common.close')} onClick={onClose}>
          ✕
        </Button>
      </div>
      <ul className="stack laptops">
        {[here, ...laptops].map((one) => (
          <li key={one.laptop}>
            <strong>{one.laptop}</strong> {one.operator ?? t('common.laptopNobody')}{' '}
            <span className="quiet">
              {one.seenAt === null ? t('common.laptopHere') : <Age at={one.seenAt} />}
              {engine.leader?.laptop === one.laptop && ` · ${t('common.laptopLeads')}`}
            </span>
            {one.incidentId !== null && <ViewedAlert incidentId={one.incidentId} />}
          </li>
        ))}
      </ul>
    </section>
  );
};

const ViewedAlert = ({ incidentId }: { incidentId: number }) => {
  const { t } = useTranslation();
  const alert = useAlerts((state) => state.byId?.get(incidentId));
  if (alert === undefined) return null;
  return (
    <>
      <br />
      <a href={hrefOf({ screen: 'board', incidentId })}>{t('common.laptopViewing', { alert: titleOf(alert) })}</a>
    </>
  );
};
