import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { isConnected } from '../features/connection/link-tone.ts';
import { later } from '../later.ts';
import { useSystem } from '../stores/system.ts';
import { Pill } from '../ui/pill.tsx';
import { Popover } from '../ui/popover.tsx';
import { statusText, statusTone } from './status-words.ts';

const StatusPanel = later(() => import('./status-panel.tsx').then((module) => module.StatusPanel));

/** Link, engine, canary and laptops: one word about them all, and the whole of it on a click. */
export const StatusPill = () => {
  const { t } = useTranslation();
  const status = useSystem((state) => state.status);
  const connected = useSystem((state) => state.connection === 'open');
  if (status === null) return null;
  // Without the festival nobody knows who has it open: the last ones known stand in the panel, with when they were seen.
  const others = connected && isConnected(status.link) ? status.laptops.length : 0;
  return (
    <Popover
      title={t('common.statusTitle')}
      width={640}
      trigger={
        <Pill tone={statusTone(status, connected)} className="status-pill">
          {connected ? statusText(status) : t('common.status_lost')}
          {others > 0 && <span className="quiet status-laptops"> · {t('common.laptops', { count: others + 1 })}</span>}
        </Pill>
      }
    >
      <Suspense fallback={<p className="quiet">{t('common.loading')}</p>}>
        <StatusPanel status={status} />
      </Suspense>
    </Popover>
  );
};
