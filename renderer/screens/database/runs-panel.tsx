import { useTranslation } from 'react-i18next';
import type { MaintenanceRun } from '../../../shared/domain/maintenance.ts';
import { errorSentence, formatDuration, formatNumber, formatTime } from '../../i18n.ts';
import { useLive } from '../../query.ts';

/** What was done to the database, by whom, and how it was before and after. */
export const RunsPanel = () => {
  const { t } = useTranslation();
  const { data, error } = useLive('database.runs', {});
  return (
    <section className="panel stack" aria-labelledby="database-runs">
      <h2 id="database-runs">{t('database.runs')}</h2>
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      {data?.length === 0 && <p className="quiet">{t('database.noRuns')}</p>}
      {data !== undefined && data.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <section className="scroll-x" tabIndex={0} aria-label={t('common.tableOf', { name: t('database.runs') })}>
          <table>
            <thead>
              <tr>
                {(['when', 'who', 'what', 'before', 'after', 'took'] as const).map((column) => (
                  <th key={column}>{t(`database.run_${column}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.map((run) => (
                <Run key={run.runId} run={run} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
};

const Run = ({ run }: { run: MaintenanceRun }) => {
  const { t } = useTranslation();
  const { finishedAt, startedAt } = run;
  return (
    <tr>
      <td>{formatTime(startedAt, { seconds: true })}</td>
      <td>
        {run.operator}, {run.laptop}
        {run.byAdministrator && <span className="quiet"> ({t('database.by_administrator')})</span>}
      </td>
      <td>
        {t('common.label', { label: t(`database.did_${run.kind}`, { defaultValue: run.kind }) })} {run.target}
      </td>
      <td className="database-code">{figuresText(run.before)}</td>
      <td className="database-code">{run.error ?? figuresText(run.after)}</td>
      <td>
        {finishedAt === null
          ? t('database.unfinished')
          : formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}
      </td>
    </tr>
  );
};

/** Figures as the server names them: they are compared, and looked up. */
const figuresText = (figures: MaintenanceRun['before']): string =>
  Object.entries(figures ?? {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : String(value)}`)
    .join(', ') || '–';
