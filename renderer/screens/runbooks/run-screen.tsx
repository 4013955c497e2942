import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunbookRun } from '../../../shared/domain/run.ts';
import { submit } from '../../commands.ts';
import { Running } from '../../features/runbook/running.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { useRun } from './use-runbooks.ts';
import './runbooks.css';

/** A run that belongs to the whole festival. It can be left and resumed, on any laptop. */
export const RunScreen = ({ runId }: { runId: string }) => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const found = useRun(runId);
  const [ending, setEnding] = useState(false);
  if (found === null) return <p className="screen quiet">{t('common.loading')}</p>;
  const back = <a href={hrefOf({ screen: 'runbooks', runId: null })}>{t('runbooks.back')}</a>;
  if (found === 'gone' || found.runbook === null) {
    return (
      <div className="screen stack">
        <p>{t(found === 'gone' ? 'errors.not_found' : 'errors.runbook_unknown')}</p>
        {back}
      </div>
    );
  }
  const { run, runbook } = found;
  return (
    <div className="screen stack">
      <header className="row runbook-head">
        <h1 className="runbook-sentence">{text(runbook.title)}</h1>
        {run.waiting && <span className="waiting-mark">{t('board.waiting')}</span>}
        <span className="quiet">
          {t('runbooks.startedLine', { name: run.startedBy, time: formatTime(run.startedAt, { seconds: true }) })}
        </span>
        {run.finishedAt === null && (
          <Button tone="quiet" onClick={() => setEnding(true)}>
            {t('runbooks.end')}
          </Button>
        )}
        {back}
      </header>
      <Running runbook={runbook} run={run} detail={null}>
        <Finished run={run} />
      </Running>
      {ending && <EndDialog runId={run.runId} onClose={() => setEnding(false)} />}
    </div>
  );
};

const Finished = ({ run }: { run: RunbookRun }) => {
  const { t } = useTranslation();
  return (
    <section className="panel stack runbook-current">
      <h2>{t(run.outcome === 'ended' ? 'runbooks.ended' : 'runbook.finished')}</h2>
      <p className="quiet">
        {run.finishedAt === null
          ? t('runbooks.finishNeedsConnection')
          : t('runbooks.finishedAfter', {
              span: formatSpan(Date.parse(run.finishedAt) - Date.parse(run.startedAt)),
            })}{' '}
        {t('runbooks.openSteps')}
      </p>
    </section>
  );
};

const EndDialog = ({ runId, onClose }: { runId: string; onClose: () => void }) => {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Dialog title={t('runbooks.endTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit('runbook.end', { runId, reason }, { done: null }).then((outcome) => {
            if (outcome !== null) onClose();
          });
        }}
      >
        <TextField
          label={t('runbooks.endLabel')}
          value={reason}
          maxLength={2_000}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className="row">
          <Button type="submit" tone="danger" disabled={reason.trim() === ''}>
            {t('runbooks.end')}
          </Button>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
};
