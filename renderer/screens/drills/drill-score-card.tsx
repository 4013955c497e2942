import { useTranslation } from 'react-i18next';
import type { FinishedDrill } from '../../../shared/contract/drills.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import { formatDuration } from '../../i18n.ts';

const STAGES = ['raised', 'shown', 'acknowledged', 'begun', 'corrected', 'closed'] as const;

/** The points of a drill, each with its reason, and what to do better. */
export const DrillScoreCard = ({ drill }: { drill: FinishedDrill }) => {
  const { t } = useTranslation();
  const reasonOf = (item: FinishedDrill['items'][number]): string => {
    if (item.reason !== 'partly') return t(`drills.why_${item.part}_${item.reason}`);
    const counts = [
      ['late', item.late],
      ['skipped', item.skipped],
      ['missing', item.missing],
    ] as const;
    return counts
      .filter(([, count]) => count > 0)
      .map(([name, count]) => t(`drills.why_steps_${name}`, { count }))
      .join(' ');
  };
  const worse = drill.items.filter(({ points, most }) => points < most);
  return (
    <section className="panel stack" aria-labelledby="drill-score">
      <h2 id="drill-score">
        {t(`training.fault_${drill.kind}`)}
        {' · '}
        <span className="drill-points">{t('drills.points', { points: drill.points, most: 100 })}</span>
      </h2>
      <table className="drill-items">
        <tbody>
          {drill.items.map((item) => (
            <tr key={item.part}>
              <th scope="row">{t(`drills.part_${item.part}`)}</th>
              <td className={item.points === item.most ? 'number drill-full' : 'number drill-less'}>
                {item.points === item.most ? '✓' : '✗'} {t('drills.points', { points: item.points, most: item.most })}
              </td>
              <td className="drill-reason">{reasonOf(item)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {worse.length > 0 && (
        <>
          <h3>{t('drills.better')}</h3>
          <ul className="drill-better">
            {worse.map(({ part, reason }) => (
              <li key={part}>{t(`drills.better_${part}_${reason}`)}</li>
            ))}
          </ul>
        </>
      )}
      <h3>{t('drills.times')}</h3>
      <dl className="drill-times">
        {STAGES.map((stage) => {
          const ms = drill.times[`${stage}Ms`];
          return (
            <div key={stage}>
              <dt>{t(stage === 'shown' ? 'drills.shown' : `drills.stage_${stage}`)}</dt>
              <dd>{ms === null ? '–' : formatDuration(ms)}</dd>
            </div>
          );
        })}
      </dl>
      <h3>{t('drills.stepsTitle')}</h3>
      <Steps drill={drill} />
    </section>
  );
};

const Steps = ({ drill }: { drill: FinishedDrill }) => {
  const { t, i18n } = useTranslation();
  const runbook = builtinRunbooks.find(({ id }) => id === drill.runbookId);
  const raised = drill.times.raisedMs ?? 0;
  const became = ({ doneMs, dueMs, skipped }: FinishedDrill['steps'][number]): string => {
    if (skipped) return t('drills.step_skipped');
    if (doneMs === null) return t('drills.step_missing');
    const late = doneMs - raised > dueMs;
    const state = t(late ? 'drills.step_late' : 'drills.step_inTime', { minutes: Math.round(dueMs / 60_000) });
    return `${formatDuration(doneMs)} · ${state}`;
  };
  return (
    <ol className="drill-steps">
      {drill.steps.map((one) => {
        const title = runbook?.steps.find(({ id }) => id === one.stepId)?.title;
        return (
          <li key={one.stepId}>
            {title ? (i18n.language === 'fr' ? title.fr : title.en) : one.stepId}{' '}
            <span className="quiet">{became(one)}</span>
          </li>
        );
      })}
    </ol>
  );
};
