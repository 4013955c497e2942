import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VerifiedHour } from '../../../shared/contract/health.ts';
import { formatDuration, formatNumber, formatTime, i18n } from '../../i18n.ts';
import { Fresh, useStale } from '../../ui/fresh.tsx';
import { DUE_MS } from './due.ts';
import './verified-hours.css';

type Verdict = NonNullable<VerifiedHour['verdict']> | 'none';
/** A shape each: colour alone says nothing to many. */
const MARKS: Readonly<Record<Verdict, string>> = { ok: '✓', failed: '✕', missing: '–', pending: '…', none: '' };
const HOUR_MS = 3_600_000;

const verdictOf = ({ verdict }: VerifiedHour): Verdict => verdict ?? 'none';
const isBad = (hour: VerifiedHour): boolean => hour.verdict === 'failed' || hour.verdict === 'missing';

/** Which hour it is, and what became of it. */
const spoken = (hour: VerifiedHour): string =>
  i18n.t('health.hourMark', {
    from: formatTime(hour.hour),
    to: formatTime(new Date(Date.parse(hour.hour) + HOUR_MS).toISOString()),
    verdict: i18n.t(`health.hour_${verdictOf(hour)}`),
  });

const inUnits = (figure: string, value: number | null): string =>
  value === null ? '–' : figure.endsWith('_s') ? formatDuration(value * 1_000) : formatNumber(value);

/** `21`: the hour alone, by the festival's clock. */
const hourOf = ({ hour }: VerifiedHour): string => /(\d\d):/.exec(formatTime(hour))?.[1] ?? '';

const figuresOf = ({ checks, events }: VerifiedHour): string[] => [
  ...(events === null ? [] : [i18n.t('health.hourEvents', { count: events })]),
  ...checks.map(({ figure, value, expect }) => {
    const [text, limit] =
      'atMost' in expect
        ? (['health.hourAtMost', expect.atMost] as const)
        : (['health.hourAtLeast', expect.atLeast] as const);
    return i18n.t(text, {
      figure: i18n.t(`health.figure_${figure}`),
      value: inUnits(figure, value),
      limit: inUnits(figure, limit),
    });
  }),
];

const madeBy = ({ madeAt, laptop, term, durationMs }: VerifiedHour): string =>
  madeAt === null
    ? '–'
    : i18n.t('health.hourMade', {
        time: formatTime(madeAt, { seconds: true }),
        ...{ laptop, term, took: formatDuration(durationMs ?? 0) },
      });

/** The hourly verification: a mark for each of 24 hours, what stands behind the chosen one, and all of it as a table. */
export const VerifiedHours = ({ hours, readAt }: { hours: readonly VerifiedHour[]; readAt: string }) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const stale = useStale(readAt, DUE_MS.report) !== null;
  const over = hours.filter(({ verdict }) => verdict !== null && verdict !== 'pending');
  const shown = hours.find(({ hour }) => hour === chosen) ?? hours.findLast(isBad) ?? over.at(-1) ?? hours.at(-1);
  if (shown === undefined) return null;
  return (
    <section className="panel stack" aria-labelledby="health-hours">
      <h2 id="health-hours">{t('health.hours')}</h2>
      <p className="quiet">{t('health.hoursText')}</p>
      <div className={stale ? 'hours hours-old' : 'hours'} role="radiogroup" aria-labelledby="health-hours">
        {hours.map((hour) => (
          <label key={hour.hour} className={`hour hour-${verdictOf(hour)}`} title={spoken(hour)}>
            <span className="hour-name" aria-hidden="true">
              {hourOf(hour)}
            </span>
            <input
              type="radio"
              name="verified-hour"
              aria-label={spoken(hour)}
              checked={hour === shown}
              onChange={() => setChosen(hour.hour)}
            />
            <span aria-hidden="true">{MARKS[verdictOf(hour)]}</span>
          </label>
        ))}
      </div>
      <div className="stack" aria-live="polite">
        {shown.verdict === null || shown.verdict === 'pending' ? (
          <span>{spoken(shown)}</span>
        ) : (
          <Fresh at={readAt} dueMs={DUE_MS.report} tone={isBad(shown) ? 'bad' : 'good'}>
            {spoken(shown)}
          </Fresh>
        )}
        <ul className="quiet hour-figures">
          {[...figuresOf(shown), ...(shown.madeAt === null ? [] : [madeBy(shown)])].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <details>
        <summary>{t('health.hourTable')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keyboard */}
        <section className="scroll-x" aria-label={t('common.tableOf', { name: t('health.hours') })} tabIndex={0}>
          <table className={stale ? 'health-old' : ''}>
            <thead>
              <tr>
                <th>{t('health.hour')}</th>
                <th>{t('health.hourVerdict')}</th>
                <th>{t('health.hourFigures')}</th>
                <th>{t('health.hourMadeBy')}</th>
              </tr>
            </thead>
            <tbody>
              {hours.map((hour) => (
                <tr key={hour.hour}>
                  <th scope="row">{formatTime(hour.hour)}</th>
                  <td>{t(`health.hour_${verdictOf(hour)}`)}</td>
                  <td>{figuresOf(hour).join(' · ')}</td>
                  <td>{madeBy(hour)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </section>
  );
};
