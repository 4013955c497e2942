import { useTranslation } from 'react-i18next';
import { v4 as randomId } from 'uuid';
import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import type { RunbookRun } from '../../../shared/domain/run.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { runbookProgress } from '../../../shared/domain/runbook-progress.ts';
import { submit } from '../../commands.ts';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { goTo, hrefOf } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { Age } from '../../ui/time.tsx';
import { OwnRunbooks } from './own-runbooks.tsx';
import { useRunbooks } from './use-runbooks.ts';
import './runbooks.css';
import { Past } from './past-runs.tsx';
import { runbookOf } from './runbook-of.ts';
import { sourceText } from './source-text.ts';

/** Runbooks without an alert: to begin, going on and past; and those of the alerts, to read. */
export const RunbooksScreen = () => {
  const { t } = useTranslation();
  const list = useRunbooks();
  if (list === null) return <p className="screen quiet">{t('common.loading')}</p>;
  const general = list.runbooks.filter(({ runbook }) => runbook.algorithms.length === 0);
  const ofAlerts = list.runbooks.filter(({ runbook }) => runbook.algorithms.length > 0);
  const going = list.runs.filter(({ finishedAt }) => finishedAt === null);
  const past = list.runs.filter(({ finishedAt }) => finishedAt !== null);
  return (
    <div className="screen stack">
      <h1>{t('common.runbooks')}</h1>
      <p className="quiet">{t('runbooks.text')}</p>
      <section className="panel stack" aria-labelledby="runbooks-going">
        <h2 id="runbooks-going">{t('runbooks.inProgress')}</h2>
        {going.length === 0 && <p className="quiet">{t('runbooks.noneInProgress')}</p>}
        {going.length > 0 && (
          <ul className="stack">
            {going.map((run) => (
              <Going key={run.runId} run={run} list={list} />
            ))}
          </ul>
        )}
      </section>
      <section className="panel stack" aria-labelledby="runbooks-begin">
        <h2 id="runbooks-begin">{t('runbooks.start')}</h2>
        <ul className="runbooks-grid">
          {general.map(({ runbook, file }) => (
            <General
              key={runbook.id}
              runbook={runbook}
              file={file}
              going={going.find(({ runbookId }) => runbookId === runbook.id)}
            />
          ))}
        </ul>
      </section>
      <section className="panel stack" aria-labelledby="runbooks-past">
        <h2 id="runbooks-past">{t('runbooks.past')}</h2>
        <Past runs={past} list={list} />
      </section>
      <section className="panel stack" aria-labelledby="runbooks-alerts">
        <h2 id="runbooks-alerts">{t('runbooks.ofAlerts')}</h2>
        <p className="quiet">{t('runbooks.ofAlertsText')}</p>
        <ul className="runbooks-list">
          {ofAlerts.map(({ runbook, file }) => (
            <li key={runbook.id}>
              <Reading runbook={runbook} /> {file !== null && <span className="quiet mono">{file}</span>}
            </li>
          ))}
        </ul>
      </section>
      <OwnRunbooks list={list} />
    </div>
  );
};

const Reading = ({ runbook }: { runbook: Runbook }) => {
  const text = useRunbookText();
  return <a href={hrefOf({ screen: 'runbooks', runbookId: runbook.id })}>{text(runbook.title)}</a>;
};

const Going = ({ run, list }: { run: RunbookRun; list: RunbookList }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const runbook = runbookOf(run, list);
  const step = runbook && runbookProgress(runbook, run.steps).current;
  return (
    <li className="row">
      <a href={hrefOf({ screen: 'runbooks', runId: run.runId })}>
        <strong>{runbook === undefined ? run.runbookId : text(runbook.title)}</strong>
      </a>
      {run.waiting && <span className="waiting-mark">{t('board.waiting')}</span>}
      <span>{step && t('runbooks.at', { step: text(step.title) })}</span>
      <span className="quiet">
        {t('runbooks.by', { name: run.steps.at(-1)?.actor ?? run.startedBy })} · <Age at={run.startedAt} />
      </span>
    </li>
  );
};

const General = (props: { runbook: Runbook; file: string | null; going: RunbookRun | undefined }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const { runbook, file, going } = props;
  const begin = async () => {
    const runId = randomId();
    const outcome = await submit('runbook.start', { eventId: null, runId, runbookId: runbook.id }, { done: null });
    if (outcome === null) return;
    // Somebody may have started it a moment before: their run goes on.
    const joined = outcome.outcome === 'applied' ? outcome.result.runId : undefined;
    goTo({ screen: 'runbooks', runId: typeof joined === 'string' ? joined : runId });
  };
  return (
    <li className="runbooks-card stack">
      <Reading runbook={runbook} />
      <span className="quiet">{file ?? sourceText(runbook)}</span>
      {going === undefined ? (
        <div>
          <Button aria-label={t('runbooks.startNamed', { title: text(runbook.title) })} onClick={() => void begin()}>
            {t('runbook.start')}
          </Button>
        </div>
      ) : (
        <a href={hrefOf({ screen: 'runbooks', runId: going.runId })}>{t('runbooks.resume')}</a>
      )}
    </li>
  );
};
