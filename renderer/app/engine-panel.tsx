import { useTranslation } from 'react-i18next';
import type { EngineStatus } from '../../shared/contract/status.ts';
import { EngineDetails } from '../screens/health/engine-details.tsx';
import { Button } from '../ui/button.tsx';

/** The engine from anywhere, under its chip of the top bar. */
export const EnginePanel = ({ engine, onClose }: { engine: EngineStatus; onClose: () => void }) => {
  const { t } = useTranslation();
  return (
    <section className="engine-panel panel stack" aria-label={t('common.engineTitle')}>
      <div className="row engine-head">
        <h2>{t('common.engineTitle')}</h2>
        <Button tone="quiet" aria-label={t('common.close')} onClick={onClose}>
          ✕
        </Button>
      </div>
      <EngineDetails engine={engine} />
    </section>
  );
};
