import { useTranslation } from 'react-i18next';
import type { ThresholdChange } from '../../../shared/contract/detectors.ts';
import { errorSentence } from '../../i18n.ts';
import { useLive } from '../../query.ts';
import { thresholdName } from '../../sentence.ts';
import { Time } from '../../ui/time.tsx';
import { changesBetween } from './threshold-values.ts';

/** Who changed a detector's thresholds, newest first. */
export const ThresholdsHistory = ({ algorithm }: { algorithm: string }) => {
  const { t } = useTranslation();
  const { data, error } = useLive('detectors.changes', { algorithm }, { fixed: true });
  return (
    <section className="stack" aria-labelledby="threshold-history">
      <h3 id="threshold-history">{t('thresholds.history')}</h3>
      {error !== null ? (
        <p role="alert">{errorSentence(error)}</p>
      ) : data === undefined ? (
        <p className="quiet">{t('common.loading')}</p>
      ) : data.changes.length === 0 ? (
        <p className="quiet">{t('thresholds.historyEmpty')}</p>
      ) : (
        <ol className="stack">
          {data.changes.map((change) => (
            <li key={change.at + change.laptop}>
              <Time at={change.at} seconds />{' '}
              {t('thresholds.changeLine', { author: change.author, laptop: change.laptop })}
              <ChangedFigures change={change} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};

const ChangedFigures = ({ change }: { change: ThresholdChange }) => {
  const { t } = useTranslation();
  return (
    <ul className="quiet">
      {changesBetween(change.before ?? {}, change.after).map(({ name, before, after }) => (
        <li key={name}>
          {t('thresholds.beforeAfter', {
            name: thresholdName(name),
            before: before ?? t('thresholds.standard'),
            after,
          })}
        </li>
      ))}
    </ul>
  );
};
