import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegieError } from '../../../shared/contract/errors.ts';
import type { StepResult } from '../../../shared/domain/run.ts';
import type { FestivalAction as Action } from '../../../shared/domain/runbook.ts';
import { call } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { errorSentence, formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';

/** What was done, or why not; null where the operator has been shown it already. */
type Answer = { readonly result: StepResult } | { readonly error: RegieError | null };

const ask = async (action: Exclude<Action, 'stop_monitoring'>): Promise<Answer> => {
  switch (action) {
    case 'run_cycle': {
      const answer = await call('engine.runCycle', {});
      return answer.ok ? { result: answer.value } : { error: answer.error };
    }
    case 'reset_breaker': {
      const answer = await call('engine.resetBreaker', {});
      return answer.ok ? { result: { reset: true } } : { error: answer.error };
    }
    case 'recompute_ledger': {
      const answer = await call('engine.recompute', {});
      return answer.ok ? { result: answer.value } : { error: answer.error };
    }
    case 'restart_monitoring': {
      const outcome = await submit('monitoring.restart', {}, { done: null });
      return outcome === null ? { error: null } : { result: { restarted: true } };
    }
    case 'backup_events': {
      const outcome = await submit('events.backup', {}, { done: null });
      if (outcome === null) return { error: null };
      if (outcome.outcome !== 'applied') return { result: { waiting: true } };
      const { table, events } = outcome.result;
      return { result: { table: String(table), events: Number(events) } };
    }
  }
};

/** Does what the step says to the engine or to the records, keeps the answer, and ticks itself. */
export const FestivalAction = ({ action, onDone }: { action: Action; onDone: (result: StepResult) => void }) => {
  const { t } = useTranslation();
  const stopped = useSystem((state) => state.status?.stopped ?? null);
  const [busy, setBusy] = useState(false);
  // What this laptop has asked for is no news from others.
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<RegieError | null>(null);
  const already =
    !asked &&
    ((action === 'stop_monitoring' && stopped !== null) || (action === 'restart_monitoring' && stopped === null));
  const act = async () => {
    setAsked(true);
    if (action === 'stop_monitoring') {
      openDialog({ kind: 'stopMonitoring', onDone: () => onDone({ stopped: true }) });
      return;
    }
    setBusy(true);
    setError(null);
    const answer = await ask(action);
    setBusy(false);
    if ('result' in answer) onDone(answer.result);
    else setError(answer.error);
  };
  if (already) {
    return (
      <div className="stack">
        <p>
          {stopped === null
            ? t('runbook.monitoringRuns')
            : t('common.stoppedBy', { name: stopped.by, time: formatTime(stopped.at, { seconds: true }) })}
        </p>
        <div>
          <Button tone="primary" large onClick={() => onDone({ already: true })}>
            {t('runbook.next')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <>
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      <div>
        <Button
          tone={action === 'stop_monitoring' ? 'danger' : 'primary'}
          large
          disabled={busy}
          onClick={() => void act()}
        >
          {busy ? t('runbook.working') : t(`runbook.do_${action}`)}
        </Button>
      </div>
    </>
  );
};
