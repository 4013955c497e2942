import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { calledAt } from '../../../shared/domain/deadlines.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { formatTime } from '../../i18n.ts';
import { meaningOf, titleOf } from '../../sentence.ts';
import { Button } from '../../ui/button.tsx';
import { DeadlineRing } from '../../ui/deadline-ring.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { useNow } from '../../ui/time.tsx';
import { PendingNote } from '../approvals/pending-note.tsx';
import { CallCard } from '../escalation/call-card.tsx';
import { WordQuestion } from '../meanings/word-question.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { Silenced } from '../team/silenced.tsx';
import { useSilence } from '../team/use-team.ts';
import { openReason } from './actions.ts';
import { Clocks } from './clocks.tsx';
import { Evidence } from './evidence.tsx';
import { Facts } from './facts.tsx';
import { Linked } from './linked.tsx';
import { Timeline } from './timeline.tsx';
import { useIncident } from './use-incident.ts';
import './alert-detail.css';
import { Actions } from './alert-actions.tsx';
import { WhoIsOnIt } from './who-is-on-it.tsx';

/** Everything about one incident, in the drawer beside the board. */
export const AlertDetail = ({ incidentId, onClose }: { incidentId: RowId; onClose: () => void }) => {
  const { t } = useTranslation();
  const detail = useIncident(incidentId);
  if (detail === null) return <p className="detail quiet">{t('common.loading')}</p>;
  if (detail === 'gone') return <p className="detail">{t('errors.not_found')}</p>;
  const { alert, timeline, run } = detail;
  const { lead } = alert;
  return (
    <article className="detail stack">
      <header className="stack">
        <Top alert={alert} onClose={onClose} />
        <h2>{titleOf(alert)}</h2>
        <p className="quiet">{alert.storm === 'opening_balances' ? t('board.openingBalancesText') : meaningOf(lead)}</p>
        {lead.clearedAt !== null && <p>{t('board.cleared', { time: formatTime(lead.clearedAt) })}</p>}
        {alert.waiting > 0 && <p className="waiting-mark">{t('alert.waitingCount', { count: alert.waiting })}</p>}
        <Silenced alert={alert} />
        <WhoIsOnIt alert={alert} />
        {!alert.open && <p className="detail-closed">{t('alert.closedAs', { notes: lead.resolutionNotes ?? '' })}</p>}
      </header>
      <PendingNote of={(proposal) => proposal.incidentId === incidentId} />
      <CallCard alert={alert} />
      {!alert.open && (
        <div className="row">
          <CommandButton needs="alert.reopen" onClick={() => openReason('reopen', alert)}>
            {t('alert.reopen')}
          </CommandButton>
        </div>
      )}
      {alert.open && <Actions alert={alert} running={run !== null && run.finishedAt === null} />}
      <WordQuestion alert={alert} />
      <section className="stack" aria-labelledby="facts">
        <h3 id="facts">{t('alert.facts')}</h3>
        <Facts event={lead} />
      </section>
      <Clocks alert={alert} />
      <section className="stack" aria-labelledby="evidence">
        <h3 id="evidence">{t('alert.evidence')}</h3>
        <Evidence event={lead} />
      </section>
      <Linked alert={alert} />
      <section className="stack" aria-labelledby="timeline">
        <h3 id="timeline">{t('alert.timeline')}</h3>
        <Timeline entries={timeline} />
      </section>
    </article>
  );
};

const Top = ({ alert, onClose }: { alert: Alert; onClose: () => void }) => {
  const { t } = useTranslation();
  const silence = useSilence(alert, useNow());
  const { lead } = alert;
  const urgent = alert.open && lead.acknowledgedAt === null && silence === null;
  return (
    <div className="row detail-top">
      <SeverityMark severity={lead.severity} />
      {urgent && alert.dueAt !== null && <DeadlineRing from={calledAt(lead)} due={alert.dueAt} />}
      <Button tone="quiet" className="detail-close" aria-label={t('common.close')} onClick={onClose}>
        ✕
      </Button>
    </div>
  );
};
