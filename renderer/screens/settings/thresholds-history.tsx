import { useTranslation } from 'react-i18next';
import type { ThresholdChange } from '../../../shared/contract/detectors.ts';
import { errorSentence, formatNumber } from '../../i18n.ts';
import { thresholdName } from '../../sentence.ts';
import { Time } from '../../ui/time.tsx';
import { changesBetween } from './threshold-values.ts';
import { useThresholdChanges } from './use-detectors.ts';

/** Who changed a detector's thresholds, newest first. */
export const ThresholdsHistory = ({ algorithm, revision }: { algorithm: string; revision: string | null }) => {
  const { t } = useTranslation();
  const changes = useThresholdChanges(algorithm, revision);
  return (
    <section className="stack" aria-labelledby="threshold-history">
      <h3 id="threshold-history">{t('thresholds.history')}</h3>
      {changes === null ? (
        <p className="quiet">{t('common.loading')}</p>
      ) : 'code' in changes ? (
        <p role="alert">{errorSentence(changes)}</p>
      ) : changes.length === 0 ? (
        <p className="quiet">{t('thresholds.historyEmpty')}</p>
      ) : (
        <ol className="stack">
          {changes.map((change) => (
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
            before: before === null ? t('thresholds.standard') : formatNumber(before),
            after: formatNumber(after),
          })}
        </li>
      ))}
    </ul>
  );
};
