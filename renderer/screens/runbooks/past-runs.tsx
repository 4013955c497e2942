import { useTranslation } from 'react-i18next';
import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import type { RunbookRun } from '../../../shared/domain/run.ts';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { runbookOf } from './runbook-of.ts';

export const Past = ({ runs, list }: { runs: readonly RunbookRun[]; list: RunbookList }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  if (runs.length === 0) return <p className="quiet">{t('runbooks.nonePast')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keyboard
    <section className="scroll-x" aria-label={t('common.tableOf', { name: t('runbooks.past') })} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{t('runbook.title')}</th>
            <th>{t('runbooks.startedBy')}</th>
            <th>{t('runbooks.started')}</th>
            <th className="number">{t('runbooks.took')}</th>
            <th>{t('runbooks.result')}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => {
            const runbook = runbookOf(run, list);
            return (
              <tr key={run.runId}>
                <td>
                  <a href={hrefOf({ screen: 'runbooks', runId: run.runId })}>
                    {runbook === undefined ? run.runbookId : text(runbook.title)}
                  </a>
                </td>
                <td>{run.startedBy}</td>
                <td>{formatTime(run.startedAt)}</td>
                <td className="number">{formatSpan(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt))}</td>
                <td>{t(run.outcome === 'ended' ? 'runbooks.ended' : 'runbooks.completed')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
};
