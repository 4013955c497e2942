import { useTranslation } from 'react-i18next';
import type { Laptop } from '../../../shared/contract/health.ts';
import { formatTime } from '../../i18n.ts';
import { Fresh, useStale } from '../../ui/fresh.tsx';
import { Age } from '../../ui/time.tsx';
import { DUE_MS } from './due.ts';

/** Who has Regie open on this festival, who runs the engine, and who sees. */
export const Laptops = ({ laptops, here }: { laptops: readonly Laptop[]; here: string }) => {
  const { t } = useTranslation();
  return (
    <section className="panel stack" aria-labelledby="health-laptops">
      <h2 id="health-laptops">{t('health.laptops')}</h2>
      {laptops.length === 0 ? (
        <p className="quiet">{t('health.laptopsEmpty')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{t('health.laptop')}</th>
              <th>{t('health.lastSeen')}</th>
              <th>{t('health.leads')}</th>
              <th>{t('health.lastCanary')}</th>
              <th>{t('health.sight')}</th>
            </tr>
          </thead>
          <tbody>
            {laptops.map((laptop) => (
              <LaptopRow key={laptop.laptop} laptop={laptop} here={laptop.laptop === here} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};

const LaptopRow = ({ laptop, here }: { laptop: Laptop; here: boolean }) => {
  const { t } = useTranslation();
  const gone = useStale(laptop.seenAt, DUE_MS.laptop) !== null;
  return (
    <tr className={gone ? 'health-old' : ''}>
      <td>
        {laptop.laptop} {here && <span className="quiet">({t('health.thisLaptop')})</span>}
      </td>
      <td>
        <Age at={laptop.seenAt} />
      </td>
      <td>{laptop.leads ? t('health.leadsYes') : '–'}</td>
      <td>{laptop.lastCanaryAt === null ? '–' : <Age at={laptop.lastCanaryAt} />}</td>
      <td>
        {gone ? (
          t('health.gone')
        ) : laptop.blindSince !== null ? (
          <strong className="health-blind">{t('health.blindSince', { time: formatTime(laptop.blindSince) })}</strong>
        ) : (
          <Fresh at={laptop.lastCanaryAt} dueMs={DUE_MS.canary} tone="good">
            {laptop.lastCanaryAt === null ? t('health.never') : t('health.sees')}
          </Fresh>
        )}
      </td>
    </tr>
  );
};
