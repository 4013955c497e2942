import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { v4 as randomId } from 'uuid';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { submit } from '../../commands.ts';
import { useIncident } from '../../features/alert/use-incident.ts';
import { Running } from '../../features/runbook/running.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { hrefOf } from '../../routes.ts';
import { meaningOf, titleOf } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { DeadlineRing } from '../../ui/deadline-ring.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import '../../features/runbook/runbook.css';

/** An alert's runbook: the steps on the left, the current one large. It can be left and resumed, on any laptop. */
export const RunbookScreen = ({ incidentId }: { incidentId: RowId }) => {
  const { t } = useTranslation();
  const detail = useIncident(incidentId);
  if (detail === null) return <p className="screen quiet">{t('common.loading')}</p>;
  if (detail === 'gone' || detail === 'offline') {
    return <p className="screen">{t(detail === 'gone' ? 'errors.not_found' : 'alert.notHere')}</p>;
  }
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
        <Running detail={detail} runbook={runbook} run={run}>
          <section className="panel stack runbook-current">
            <h2>{t('runbook.finished')}</h2>
            <p className="quiet">{t('runbook.finishedText')}</p>
            <p>
              <a href={hrefOf({ screen: 'board', incidentId: null })}>{t('common.back')}</a>
            </p>
          </section>
        </Running>
      )}
    </div>
  );
};

const Begin = ({ detail, runbook }: { detail: AlertDetail; runbook: Runbook }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const [sending, setSending] = useState(false);
  const begin = async () => {
    setSending(true);
    const { eventId } = detail.alert.lead;
    await submit('runbook.start', { eventId, runId: randomId(), runbookId: runbook.id }, { done: null });
    setSending(false);
  };
  return (
    <section className="panel stack">
      <h2>{text(runbook.title)}</h2>
      {detail.alert.open ? (
        <>
          <p className="quiet">{t('runbook.startText')}</p>
          <div>
            <Button tone="primary" large disabled={sending} onClick={() => void begin()}>
              {t('runbook.start')}
            </Button>
          </div>
        </>
      ) : (
        <p>{t('runbook.closedWithout')}</p>
      )}
      <p className="quiet">{meaningOf(detail.alert.lead)}</p>
      <h3>{t('runbook.steps')}</h3>
      <ol className="runbook-ahead">
        {runbook.steps.map((step) => (
          <li key={step.id}>
            <span className="step-window">{t('runbook.window', { from: step.window[0], to: step.window[1] })}</span>
            <span>{text(step.title)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
};
