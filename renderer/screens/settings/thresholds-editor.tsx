import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DetectorInfo, ThresholdField } from '../../../shared/contract/detectors.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { detectorName, meaningOfDetector, thresholdName } from '../../sentence.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { changesBetween, problemOf, thresholdsFrom, typedFrom } from './threshold-values.ts';
import { ThresholdsBacktest } from './thresholds-backtest.tsx';
import { ThresholdsHistory } from './thresholds-history.tsx';

/** A detector's thresholds: changed, tried on recorded history, and only then switched on. */
export const ThresholdsEditor = ({ detector, onChanged }: { detector: DetectorInfo; onChanged: () => void }) => {
  const { t } = useTranslation();
  const { algorithm, fields, backtestable } = detector;
  const [typed, setTyped] = useState(() => typedFrom(fields));
  /** What was tried last, to say whether these figures were. */
  const [tried, setTried] = useState('');
  const thresholds = thresholdsFrom(fields, typed);
  const present = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const changes = thresholds === null ? [] : changesBetween(present, thresholds);
  const wasTried = tried === JSON.stringify(thresholds);
  const switchOn = () => {
    if (thresholds === null) return;
    const base = detector.updatedAt;
    openDialog({ kind: 'thresholds', algorithm, thresholds, base, changes, tried: wasTried, onDone: onChanged });
  };
  return (
    <section className="threshold-editor stack" aria-labelledby="threshold-detector">
      <h2 id="threshold-detector">{detectorName(algorithm)}</h2>
      <p className="quiet">{meaningOfDetector(algorithm)}</p>
      {detector.lastError !== null && <p className="mono">{detector.lastError}</p>}
      {fields.length === 0 && <p>{t('thresholds.none')}</p>}
      {fields.length > 0 && (
        <div className="threshold-fields">
          {fields.map((field) => (
            <ThresholdInput
              key={field.name}
              field={field}
              typed={typed[field.name] ?? null}
              onType={(value) => setTyped({ ...typed, [field.name]: value })}
            />
          ))}
        </div>
      )}
      {!backtestable && <p>{t('thresholds.notBacktestable')}</p>}
      {backtestable && fields.length > 0 && (
        <ThresholdsBacktest
          algorithm={algorithm}
          thresholds={thresholds}
          tried={wasTried}
          onTried={(what) => setTried(JSON.stringify(what))}
        />
      )}
      {fields.length > 0 && (
        <div className="row">
          <CommandButton needs="detectors.set" tone="primary" disabled={changes.length === 0} onClick={switchOn}>
            {t('thresholds.apply')}
          </CommandButton>
          {backtestable && changes.length > 0 && !wasTried && (
            <span className="quiet">{t('thresholds.notBacktested')}</span>
          )}
        </div>
      )}
      <ThresholdsHistory key={detector.updatedAt} algorithm={algorithm} />
    </section>
  );
};

const ThresholdInput = (props: {
  field: ThresholdField;
  typed: number | null;
  onType: (typed: number | null) => void;
}) => {
  const { t } = useTranslation();
  const { field, typed, onType } = props;
  const { minimum, maximum, standard } = field;
  const problem = problemOf(field, typed);
  const key =
    minimum === null ? (maximum === null ? 'boundsNone' : 'boundsHigh') : maximum === null ? 'boundsLow' : 'bounds';
  const bounds = t(`thresholds.${key}`, {
    minimum: minimum ?? 0,
    maximum: maximum ?? 0,
    standard,
  });
  const name = thresholdName(field.name);
  return (
    <div className="threshold-field">
      <NumberField
        label={name}
        hint={bounds}
        error={problem === null ? undefined : `${t(`thresholds.${problem}`)} ${bounds}`}
        whole={field.whole}
        value={typed}
        onChange={onType}
      />
      <Button
        aria-label={`${t('common.label', { label: t('thresholds.useDefault') })} ${name}`}
        disabled={typed === standard}
        onClick={() => onType(standard)}
      >
        {t('thresholds.useDefault')}
      </Button>
    </div>
  );
};
