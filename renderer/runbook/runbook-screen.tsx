import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v4 as randomId } from 'uuid';
import type { AlertDetail, RunbookRun, RunbookStepRecord } from '../../shared/contract/alerts.ts';
import { runbookProgress } from '../../shared/domain/runbook-progress.ts';
import type { Runbook, RunbookStep } from '../../shared/runbooks/schema.ts';
import { useIncident } from '../alert/use-incident.ts';
import { give } from '../commands.ts';
import { Button } from '../components/button.tsx';
import { DeadlineRing } from '../components/deadline-ring.tsx';
import { SeverityMark } from '../components/severity-mark.tsx';
import { formatTime } from '../i18n.ts';
import { hrefOf } from '../routes.ts';
import { titleOf } from '../sentence.ts';
import { CurrentStep } from './current-step.tsx';
import './runbook-screen.css';

/** An alert's runbook: the steps on the left, the current one large. It can be left and resumed, on any laptop. */
export const RunbookScreen = ({ incidentId }: { incidentId: number }) => {
  const { t } = useTranslation();
  const detail = useIncident(incidentId);
  if (detail === null) return <p className="screen quiet">{t('common.loading')}</p>;
  if (detail === 'gone') return <p className="screen">{t('errors.not_found')}</p>;
  const { alert, runbook, run } = detail;
  return (
    <div className="screen stack">
      <header className="row runbook-head">
        <SeverityMark severity={alert.lead.severity} />
        <h1 className="runbook-sentence">{titleOf(alert)}</h1>
        {alert.open && alert.dueAt !== null && <DeadlineRing from={alert.lead.detectedAt} due={alert.dueAt} />}
        <a href={hrefOf({ screen: 'board', incidentId })}>{t('common.back')}</a>
      </header>
      {runbook === null ? (
        <section className="panel stack">
          <p>{t('runbook.none')}</p>
          <p className="quiet">{t('runbook.noneText')}</p>
        </section>
      ) : run === null ? (
        <Begin detail={detail} runbook={runbook} />
      ) : (
        <Running detail={detail} runbook={runbook} run={run} />
      )}
    </div>
  );
};

const useWords = () => {
  const { i18n } = useTranslation();
  return (words: { en: string; fr: string }): string => (i18n.language === 'fr' ? words.fr : words.en);
};

const Begin = ({ detail, runbook }: { detail: AlertDetail; runbook: Runbook }) => {
  const { t } = useTranslation();
  const say = useWords();
  const [sending, setSending] = useState(false);
  const begin = async () => {
    setSending(true);
    const { eventId } = detail.alert.lead;
    await give('runbook.start', { eventId, runId: randomId(), runbookId: runbook.id }, { done: null });
    setSending(false);
  };
  return (
    <section className="panel stack">
      <h2>{say(runbook.title)}</h2>
      {detail.alert.open ? (
        <>
          <p className="quiet">{t('runbook.beginText')}</p>
          <div>
            <Button tone="primary" large disabled={sending} onClick={() => void begin()}>
              {t('runbook.begin')}
            </Button>
          </div>
        </>
      ) : (
        <p>{t('runbook.closedWithout')}</p>
      )}
    </section>
  );
};

const Running = ({ detail, runbook, run }: { detail: AlertDetail; runbook: Runbook; run: RunbookRun }) => {
  const { t } = useTranslation();
  const say = useWords();
  const progress = runbookProgress(runbook, run.steps);
  const records = new Map(progress.path.map(({ step, record }) => [step.id, record]));
  return (
    <div className="runbook">
      <nav className="runbook-steps" aria-label={t('runbook.steps')}>
        <h2>{say(runbook.title)}</h2>
        <ol className="stack">
          {runbook.steps.map((step) => (
            <StepLine
              key={step.id}
              step={step}
              title={say(step.title)}
              record={records.get(step.id) ?? null}
              current={progress.current?.id === step.id}
            />
          ))}
        </ol>
      </nav>
      {progress.current === null ? (
        <section className="panel stack runbook-current">
          <h2>{t('runbook.finished')}</h2>
          <p className="quiet">{t('runbook.finishedText')}</p>
          <p>
            <a href={hrefOf({ screen: 'board', incidentId: null })}>{t('common.back')}</a>
          </p>
        </section>
      ) : (
        <CurrentStep
          key={progress.current.id}
          alert={detail.alert}
          runId={run.runId}
          step={progress.current}
          say={say}
        />
      )}
    </div>
  );
};

const StepLine = (props: { step: RunbookStep; title: string; record: RunbookStepRecord | null; current: boolean }) => {
  const { t } = useTranslation();
  const { step, record } = props;
  const [from, to] = step.window;
  return (
    <li
      className={`step-line ${props.current ? 'step-line-current' : ''} ${record ? 'step-line-done' : ''}`}
      aria-current={props.current ? 'step' : undefined}
    >
      <span className="step-window">{t('runbook.window', { from, to })}</span>
      <span>
        {props.title}
        {record !== null && (
          <span className="step-stamp">
            {record.state === 'skipped' ? t('runbook.skipped', { reason: record.reason ?? '' }) : '✓'}{' '}
            {record.waiting && <span className="waiting-mark">{t('board.waiting')}</span>}{' '}
            {t('runbook.stamped', { actor: record.actor, time: formatTime(record.at, { seconds: true }) })}
          </span>
        )}
      </span>
    </li>
  );
};
