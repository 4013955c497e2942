import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { Notified, QueryResult, RunbookRun, StepResult } from '../../../shared/domain/run.ts';
import type { RunbookStep } from '../../../shared/domain/runbook.ts';
import { submit } from '../../commands.ts';
import { Button } from '../../ui/button.tsx';
import { openCorrection, openReason } from '../alert/actions.ts';
import { FestivalAction } from './festival-action.tsx';
import { NotifyStep } from './notify-step.tsx';
import { QueryStep } from './query-step.tsx';
import { SkipDialog } from './skip-dialog.tsx';
import { StepSql } from './step-sql.tsx';
import { TickList } from './tick-list.tsx';
import type { RunbookText } from './use-runbook-text.ts';

type Props = { detail: AlertDetail | null; run: RunbookRun; step: RunbookStep; text: RunbookText };
type Done = { choice?: string; evidence?: QueryResult; told?: Notified; result?: StepResult };

/** The step that waits, large, with the one thing to do. */
export const CurrentStep = ({ detail, run, step, text }: Props) => {
  const { t } = useTranslation();
  const [skipping, setSkipping] = useState(false);
  const { runId } = run;
  const complete = (some: Done = {}) =>
    submit('runbook.completeStep', { runId, stepId: step.id, ...some }, { done: null });
  return (
    <section className="panel stack runbook-current" aria-labelledby="current-step">
      <h2 id="current-step">{text(step.title)}</h2>
      <p className="runbook-text">{text(step.text)}</p>
      {step.kind === 'instruction' && (
        <div>
          <Button tone="primary" large onClick={() => void complete()}>
            {t('runbook.next')}
          </Button>
        </div>
      )}
      {step.kind === 'query' && (
        <>
          <QueryStep
            runId={runId}
            stepId={step.id}
            title={text(step.title)}
            onDone={(evidence) => void complete({ evidence })}
          />
          <StepSql sql={step.sql} />
        </>
      )}
      {step.kind === 'decision' && (
        <div className="runbook-choices">
          {step.choices.map((choice) => (
            <Button
              key={choice.id}
              large
              tone={choice.tone === 'danger' ? 'danger' : choice.tone === 'safe' ? 'primary' : 'plain'}
              onClick={() => void complete({ choice: choice.id })}
            >
              {text(choice.label)}
            </Button>
          ))}
        </div>
      )}
      {step.kind === 'action' && (
        <Action detail={detail} action={step.action} onDone={(result) => void complete(result && { result })} />
      )}
      {(step.kind === 'notify' || step.kind === 'escalate') && (
        <NotifyStep step={step} run={run} detail={detail} text={text} onDone={(told) => void complete({ told })} />
      )}
      {step.kind === 'checklist' && <TickList step={step} run={run} text={text} onDone={() => void complete()} />}
      {step.kind !== 'decision' && (
        <div>
          <Button tone="quiet" onClick={() => setSkipping(true)}>
            {t('runbook.skip')}
          </Button>
        </div>
      )}
      {skipping && <SkipDialog runId={runId} stepId={step.id} onClose={() => setSkipping(false)} />}
    </section>
  );
};

/** What the step does, to the alert or to the whole festival; it ticks itself when that is done. */
const Action = ({
  detail,
  action,
  onDone,
}: {
  detail: AlertDetail | null;
  action: Extract<RunbookStep, { kind: 'action' }>['action'];
  onDone: (result?: StepResult) => void;
}) => {
  if (action !== 'correct' && action !== 'resolve' && action !== 'false_positive') {
    return <FestivalAction action={action} onDone={onDone} />;
  }
  // The schema knows no such action without an alert.
  return detail === null ? null : <AlertAction alert={detail.alert} action={action} onDone={() => onDone()} />;
};

/** Opens the dialog that the step needs. */
const AlertAction = ({
  alert,
  action,
  onDone,
}: {
  alert: Alert;
  action: 'correct' | 'resolve' | 'false_positive';
  onDone: () => void;
}) => {
  const { t } = useTranslation();
  if (!alert.open) {
    return (
      <div className="stack">
        <p>{t('runbook.alreadyClosed')}</p>
        <div>
          <Button tone="primary" large onClick={onDone}>
            {t('runbook.next')}
          </Button>
        </div>
      </div>
    );
  }
  const labels = { correct: 'openCorrection', resolve: 'openResolve', false_positive: 'openFalsePositive' } as const;
  const open = () => {
    if (action === 'correct') openCorrection(alert, onDone);
    else openReason(action === 'resolve' ? 'resolve' : 'falsePositive', alert, onDone);
  };
  return (
    <div>
      <Button tone="primary" large onClick={open}>
        {t(`runbook.${labels[action]}`)}
      </Button>
    </div>
  );
};
