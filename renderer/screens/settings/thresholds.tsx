import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DetectorInfo } from '../../../shared/contract/detectors.ts';
import { errorSentence, formatNumber, formatShare, formatTime } from '../../i18n.ts';
import { detectorName } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import { ThresholdsEditor } from './thresholds-editor.tsx';
import { useDetectors } from './use-detectors.ts';
import './thresholds.css';

/** The list is longer than a screen: what a click in it has opened comes into sight. */
const showWhole = (editor: HTMLDivElement | null): void => editor?.scrollIntoView({ block: 'nearest' });

/** All detectors with their record; choosing one opens its thresholds. */
export const Thresholds = () => {
  const { t } = useTranslation();
  const { detectors, at, error, refresh } = useDetectors();
  const [chosen, setChosen] = useState<string | null>(null);
  const detector = detectors?.find(({ algorithm }) => algorithm === chosen);
  return (
    <section className="panel stack" aria-labelledby="thresholds">
      <h2 id="thresholds">{t('thresholds.title')}</h2>
      <p className="quiet">{t('thresholds.text')}</p>
      {error !== null && (
        <div className="row">
          <p role="alert">
            {t('thresholds.unavailable')} {errorSentence(error)}
          </p>
          {at !== null && (
            <span className="quiet">{t('health.asOf', { time: formatTime(at, { seconds: true }) })}</span>
          )}
          <Button onClick={() => void refresh()}>{t('thresholds.again')}</Button>
        </div>
      )}
      {detectors === null ? (
        error === null && <p className="quiet">{t('common.loading')}</p>
      ) : (
        <div className="scroll-x">
          <table>
            <thead>
              <tr>
                <th>{t('common.detector')}</th>
                <th className="number">{t('thresholds.found')}</th>
                <th className="number">{t('thresholds.open')}</th>
                <th className="number">{t('thresholds.falsePositives')}</th>
                <th className="number">{t('thresholds.errors')}</th>
                <th>{t('thresholds.changed')}</th>
              </tr>
            </thead>
            <tbody>
              {detectors.map((one) => (
                <DetectorRow
                  key={one.algorithm}
                  detector={one}
                  chosen={one.algorithm === chosen}
                  onChoose={() => setChosen(one.algorithm === chosen ? null : one.algorithm)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {detector && (
        <div key={detector.algorithm} ref={showWhole}>
          <ThresholdsEditor detector={detector} onChanged={() => void refresh()} />
        </div>
      )}
    </section>
  );
};

const DetectorRow = (props: { detector: DetectorInfo; chosen: boolean; onChoose: () => void }) => {
  const { t } = useTranslation();
  const { detector, chosen, onChoose } = props;
  const { falsePositiveRate } = detector;
  return (
    <tr className={chosen ? 'threshold-chosen' : ''} title={detector.lastError ?? undefined}>
      <td>
        <Button tone="quiet" className="threshold-name" aria-expanded={chosen} onClick={onChoose}>
          {detectorName(detector.algorithm)}
        </Button>
      </td>
      <td className="number">{formatNumber(detector.found)}</td>
      <td className="number">{formatNumber(detector.open)}</td>
      <td className="number">{falsePositiveRate === null ? '–' : formatShare(falsePositiveRate)}</td>
      <td className="number">{formatNumber(detector.errors)}</td>
      <td>
        {detector.updatedAt === null ? (
          <span className="quiet">{t('thresholds.standard')}</span>
        ) : (
          <>
            {detector.updatedBy} <Time at={detector.updatedAt} />
          </>
        )}
      </td>
    </tr>
  );
};
