import { useTranslation } from 'react-i18next';
import type { MaintenanceRun } from '../../../shared/contract/maintenance.ts';
import { submit } from '../../commands.ts';
import { formatDuration, formatNumber, formatTime, formatWindow } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { CommandButton } from '../operators/command-button.tsx';
import { RetentionField } from './retention-field.tsx';

/** The daily maintenance: each night of two weeks, and what goes on now. */
export const MaintenancePanel = () => {
  const { t } = useTranslation();
  const { data } = useCall('maintenance.get', {});
  const festival = data?.festival ?? null;
  if (festival === null) return <p className="quiet">{t('maintenance.never')}</p>;
  const running = festival.runs.find(({ outcome }) => outcome === null);
  return (
    <section className="panel stack" aria-labelledby="maintenance">
      <h2 id="maintenance">{t('maintenance.title')}</h2>
      <p className="quiet">{t('maintenance.text', { hour: festival.quietHour, days: festival.retentionDays })}</p>
      <p className="quiet">{t('database.asOf', { time: formatTime(festival.at) })}</p>
      <RetentionField festival={festival} />
      {running === undefined ? (
        <div>
          <CommandButton needs="maintenance.run" onClick={() => void submit('maintenance.run', {}, { done: null })}>
            {t('maintenance.run')}
          </CommandButton>
        </div>
      ) : (
        <div className="row" role="status">
          <p>
            {running.startedAt === null
              ? t('maintenance.waitsForLeader')
              : t('maintenance.running', {
                  laptop: running.laptop ?? '–',
                  step: t(`maintenance.step_${running.step}`),
                  events: formatNumber(running.events),
                })}
          </p>
          <CommandButton
            needs="maintenance.cancel"
            onClick={() => void submit('maintenance.cancel', { runId: running.runId }, { done: null })}
          >
            {t('maintenance.cancel')}
          </CommandButton>
        </div>
      )}
      {festival.runs.length === 0 ? <p className="quiet">{t('maintenance.noRuns')}</p> : <Runs runs={festival.runs} />}
    </section>
  );
};

const Runs = ({ runs }: { runs: readonly MaintenanceRun[] }) => {
  const { t } = useTranslation();
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            {(['day', 'outcome', 'by', 'took', 'events', 'snapshots'] as const).map((head) => (
              <th key={head} scope="col">
                {t(`maintenance.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.runId}>
              <td>{formatWindow(run.day)}</td>
              <td>
                <span className={run.outcome === 'missed' || run.outcome === 'failed' ? 'state state-bad' : ''}>
                  {t(`maintenance.outcome_${run.outcome ?? 'running'}`)}
                </span>
                {run.leftOut.map((what) => (
                  <p key={what} className="quiet">
                    {t(`maintenance.leftOut_${what}`)}
                  </p>
                ))}
              </td>
              <td>{[run.askedBy, run.laptop].filter((one) => one !== null).join(', ')}</td>
              <td>
                {run.startedAt !== null && run.finishedAt !== null
                  ? formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))
                  : '–'}
              </td>
              <td>{formatNumber(run.events)}</td>
              <td>{formatNumber(run.snapshots)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
