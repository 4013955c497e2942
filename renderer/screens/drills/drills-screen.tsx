import { useTranslation } from 'react-i18next';
import type { DrillResult, FinishedDrill } from '../../../shared/contract/drills.ts';
import { bestAndLast } from '../../../shared/domain/drill-score.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import { useDrills } from '../../features/drills/use-drills.ts';
import { hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { Time } from '../../ui/time.tsx';
import { DrillScoreCard } from './drill-score-card.tsx';
import { StartDrill } from './start-drill.tsx';
import './drills.css';

/** Runbooks against the clock: begin one, and what became of all of them. */
export const DrillsScreen = ({ drillId }: { drillId: string | null }) => {
  const { t } = useTranslation();
  const { results } = useDrills();
  const training = useSystem((state) => state.training);
  const shown = results.find((one) => one.drillId === drillId);
  return (
    <div className="screen stack">
      <h1>{t('drills.title')}</h1>
      <p className="quiet">{t('drills.text')}</p>
      {shown?.outcome === 'finished' && <DrillScoreCard key={shown.drillId} drill={shown} />}
      {training === null ? <p className="panel">{t('drills.trainingOnly')}</p> : <StartDrill />}
      <Results results={results} drillId={drillId} />
      <BestAndLast results={results} />
    </div>
  );
};

const Results = ({ results, drillId }: { results: readonly DrillResult[]; drillId: string | null }) => {
  const { t } = useTranslation();
  return (
    <section className="panel stack" aria-labelledby="drill-results">
      <h2 id="drill-results">{t('drills.results')}</h2>
      {results.length === 0 && <p className="quiet">{t('drills.resultsEmpty')}</p>}
      {results.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keyboard
        <section className="scroll-x" aria-label={t('common.tableOf', { name: t('drills.results') })} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{t('drills.when')}</th>
                <th>{t('drills.who')}</th>
                <th>{t('drills.what')}</th>
                <th>{t('drills.score')}</th>
                <th>{t('drills.details')}</th>
              </tr>
            </thead>
            <tbody>
              {results.map((one) => (
                <tr key={one.drillId} aria-current={one.drillId === drillId ? 'true' : undefined}>
                  <td>
                    <Time at={one.begunAt} seconds />
                  </td>
                  <td>{one.operator}</td>
                  <td>
                    {one.kind === null ? t('drills.unknownFault') : t(`training.fault_${one.kind}`)}
                    {one.surprise && <span className="quiet"> ({t('drills.wasSurprise')})</span>}
                  </td>
                  <td>
                    {one.outcome === 'finished'
                      ? t('drills.points', { points: one.points, most: 100 })
                      : t(`drills.abandoned_${one.reason}`)}
                  </td>
                  <td>{one.outcome === 'finished' && <Why drillId={one.drillId} shown={one.drillId === drillId} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
};

const Why = ({ drillId, shown }: { drillId: string; shown: boolean }) => {
  const { t } = useTranslation();
  return (
    <a href={hrefOf({ screen: 'drills', drillId: shown ? null : drillId })}>
      {t(shown ? 'drills.hide' : 'drills.why')}
    </a>
  );
};

const BestAndLast = ({ results }: { results: readonly DrillResult[] }) => {
  const { t, i18n } = useTranslation();
  const finished = results.filter((one): one is FinishedDrill => one.outcome === 'finished').toReversed();
  if (finished.length === 0) return null;
  const titleOf = (runbookId: string): string => {
    const title = builtinRunbooks.find(({ id }) => id === runbookId)?.title;
    return title === undefined ? runbookId : i18n.language === 'fr' ? title.fr : title.en;
  };
  const points = (drill: FinishedDrill) => t('drills.points', { points: drill.points, most: 100 });
  return (
    <section className="panel stack" aria-labelledby="drill-best">
      <h2 id="drill-best">{t('drills.best')}</h2>
      <table>
        <thead>
          <tr>
            <th>{t('drills.who')}</th>
            <th>{t('drills.runbookColumn')}</th>
            <th className="number">{t('drills.count')}</th>
            <th className="number">{t('drills.bestScore')}</th>
            <th className="number">{t('drills.lastScore')}</th>
          </tr>
        </thead>
        <tbody>
          {bestAndLast(finished).map(({ operator, runbookId, count, best, last }) => (
            <tr key={`${operator} ${runbookId}`}>
              <td>{operator}</td>
              <td>{titleOf(runbookId)}</td>
              <td className="number">{count}</td>
              <td className="number">{points(best)}</td>
              <td className="number">{points(last)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
