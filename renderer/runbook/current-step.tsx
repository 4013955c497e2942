import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert, QueryResult } from '../../shared/contract/alerts.ts';
import type { RegieError } from '../../shared/contract/errors.ts';
import type { RunbookStep } from '../../shared/runbooks/schema.ts';
import { openCorrection, openWords } from '../alert/actions.ts';
import { call } from '../bridge.ts';
import { give } from '../commands.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/field.tsx';
import { errorSentence } from '../i18n.ts';
import { QueryTable } from './query-table.tsx';

type Props = { alert: Alert; runId: string; step: RunbookStep; say: (words: { en: string; fr: string }) => string };

/** The step that waits, large, with the one thing to do. */
export const CurrentStep = ({ alert, runId, step, say }: Props) => {
  const { t } = useTranslation();
  const [skipping, setSkipping] = useState(false);
  const complete = (some: { choice?: string; evidence?: QueryResult } = {}) =>
    give('runbook.completeStep', { runId, stepId: step.id, ...some }, { done: null });
  return (
    <section className="panel stack runbook-current" aria-labelledby="current-step">
      <h2 id="current-step">{say(step.title)}</h2>
      <p className="runbook-text">{say(step.text)}</p>
      {step.kind === 'instruction' && (
        <div>
          <Button tone="primary" large onClick={() => void complete()}>
            {t('runbook.next')}
          </Button>
        </div>
      )}
      {step.kind === 'query' && (
        <Query runId={runId} stepId={step.id} onDone={(evidence) => void complete({ evidence })} />
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
              {say(choice.label)}
            </Button>
          ))}
        </div>
      )}
      {step.kind === 'action' && <Action alert={alert} action={step.action} onDone={() => void complete()} />}
      {step.kind !== 'decision' && (
        <div>
          <Button tone="quiet" onClick={() => setSkipping(true)}>
            {t('runbook.skip')}
          </Button>
        </div>
      )}
      {skipping && <Skip runId={runId} stepId={step.id} onClose={() => setSkipping(false)} />}
    </section>
  );
};

/** Runs by itself when it is reached; its result is kept as evidence. */
const Query = (props: { runId: string; stepId: string; onDone: (evidence: QueryResult) => void }) => {
  const { t } = useTranslation();
  const { runId, stepId } = props;
  const [result, setResult] = useState<QueryResult | RegieError | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the reason to ask again
  useEffect(() => {
    let wanted = true;
    setResult(null);
    void call('runbook.runQuery', { runId, stepId }).then((answer) => {
      if (wanted) setResult(answer.ok ? answer.value : answer.error);
    });
    return () => {
      wanted = false;
    };
  }, [runId, stepId, attempt]);
  return (
    <>
      {result === null && <p className="quiet">{t('runbook.running')}</p>}
      {result !== null && 'code' in result && <p role="alert">{errorSentence(result)}</p>}
      {result !== null && 'columns' in result && <QueryTable result={result} />}
      <div className="row">
        {result !== null && 'columns' in result && (
          <Button tone="primary" large onClick={() => props.onDone(result)}>
            {t('runbook.looked')}
          </Button>
        )}
        {result !== null && <Button onClick={() => setAttempt(attempt + 1)}>{t('runbook.runAgain')}</Button>}
      </div>
    </>
  );
};

/** Opens the dialog that the step needs and ticks itself when that is done. */
const Action = ({
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
    else openWords(action === 'resolve' ? 'resolve' : 'falsePositive', alert, onDone);
  };
  return (
    <div>
      <Button tone="primary" large onClick={open}>
        {t(`runbook.${labels[action]}`)}
      </Button>
    </div>
  );
};

const Skip = ({ runId, stepId, onClose }: { runId: string; stepId: string; onClose: () => void }) => {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Dialog title={t('runbook.skipTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void give('runbook.skipStep', { runId, stepId, reason }, { done: null }).then((outcome) => {
            if (outcome !== null) onClose();
          });
        }}
      >
        <TextField label={t('runbook.skipLabel')} value={reason} onChange={(event) => setReason(event.target.value)} />
        <div className="row">
          <Button type="submit" tone="primary" disabled={reason.trim() === ''}>
            {t('runbook.skip')}
          </Button>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
};
