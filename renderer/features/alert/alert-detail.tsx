import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/contract/alerts.ts';
import { calledAt } from '../../../shared/domain/deadlines.ts';
import { formatTime } from '../../i18n.ts';
import { meaningOf, titleOf } from '../../sentence.ts';
import { useSystem } from '../../stores/system.ts';
import { useSilence } from '../../stores/team.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { DeadlineRing } from '../../ui/deadline-ring.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { Age, useNow } from '../../ui/time.tsx';
import { PendingNote } from '../approvals/pending-note.tsx';
import { CallCard } from '../escalation/call-card.tsx';
import { Silenced } from '../team/silenced.tsx';
import { acknowledge, openCorrection, openRunbook, openWords, take, unacknowledge } from './actions.ts';
import { Clocks } from './clocks.tsx';
import { Evidence } from './evidence.tsx';
import { Facts } from './facts.tsx';
import { Linked } from './linked.tsx';
import { Timeline } from './timeline.tsx';
import { useIncident } from './use-incident.ts';
import './alert-detail.css';

/** Everything about one incident, in the drawer beside the board. */
export const AlertDetail = ({ incidentId, onClose }: { incidentId: number; onClose: () => void }) => {
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
          <Button needs="alert.reopen" onClick={() => openWords('reopen', alert)}>
            {t('alert.reopen')}
          </Button>
        </div>
      )}
      {alert.open && <Actions alert={alert} running={run !== null && run.finishedAt === null} />}
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
      <SeverityMark severity={lead.severity} blinking={urgent && lead.severity === 'CRITICAL'} />
      {urgent && alert.dueAt !== null && <DeadlineRing from={calledAt(lead)} due={alert.dueAt} />}
      <Button tone="quiet" className="detail-close" aria-label={t('common.close')} onClick={onClose}>
        ✕
      </Button>
    </div>
  );
};

/** Who has it, since when, and who else looks at it now. */
const WhoIsOnIt = ({ alert: { incidentId, open, lead } }: { alert: Alert }) => {
  const { t } = useTranslation();
  const laptops = useSystem((state) => state.status?.laptops);
  const looking = laptops?.filter((laptop) => laptop.incidentId === incidentId) ?? [];
  return (
    <>
      {open && lead.takenBy !== null && (
        <p>
          {t('alert.investigating', { name: lead.takenBy, laptop: lead.takenOn ?? '–' })}
          {lead.takenAt !== null && (
            <>
              {', '}
              <Age at={lead.takenAt} />
            </>
          )}
        </p>
      )}
      {open && lead.acknowledgedUntil !== null && (
        <p className="quiet">
          {lead.snoozedUntil !== null
            ? t('alert.snoozedUntil', { time: formatTime(lead.snoozedUntil) })
            : t('alert.acknowledgedUntil', { time: formatTime(lead.acknowledgedUntil) })}
        </p>
      )}
      {open && lead.acknowledgedAt === null && lead.recalledAt !== null && (
        <p>{t('board.recalled', { time: formatTime(lead.recalledAt) })}</p>
      )}
      {looking.length > 0 && (
        <p className="quiet">
          {t('alert.alsoLooking', {
            names: looking
              .map(({ operator, laptop }) => (operator === null ? laptop : `${operator} (${laptop})`))
              .join(', '),
          })}
        </p>
      )}
    </>
  );
};

const Actions = ({ alert, running }: { alert: Alert; running: boolean }) => {
  const { t } = useTranslation();
  const operator = useSystem((state) => state.session?.operator ?? null);
  const { lead } = alert;
  return (
    <div className="row">
      <Button tone="primary" onClick={() => openRunbook(alert)}>
        {t(running ? 'alert.resumeRunbook' : 'alert.runbook')}
      </Button>
      {lead.acknowledgedAt === null ? (
        <Button needs="alert.acknowledge" onClick={() => void acknowledge(alert)}>
          {t('alert.acknowledge')}
        </Button>
      ) : (
        (lead.takenBy === null || lead.takenBy === operator) && (
          <Button needs="alert.unacknowledge" onClick={() => void unacknowledge(alert)}>
            {t(lead.takenBy === null ? 'alert.unacknowledge' : 'alert.unassign')}
          </Button>
        )
      )}
      {(operator === null || lead.takenBy !== operator) && (
        <Button needs="alert.take" onClick={() => void take(alert)}>
          {lead.takenBy === null ? t('alert.take') : t('alert.takeOver', { name: lead.takenBy })}
        </Button>
      )}
      {alert.storm !== null && lead.cardId !== null && (
        <Button
          needs="correction.proposeBulk"
          tone="primary"
          onClick={() =>
            openDialog({
              kind: 'bulk',
              incidentId: alert.incidentId,
              eventId: lead.eventId,
              opening: alert.storm === 'opening_balances',
            })
          }
        >
          {t('proposals.correctAll')}
        </Button>
      )}
      {lead.cardId !== null && (
        <Button needs="correction.apply" onClick={() => openCorrection(alert)}>
          {t('alert.correct')}
        </Button>
      )}
      <Button needs="alert.note" onClick={() => openWords('note', alert)}>
        {t('alert.note')}
      </Button>
      <Button needs="alert.snooze" onClick={() => openWords('snooze', alert)}>
        {t('alert.snooze')}
      </Button>
      <Button needs="silence.start" onClick={() => openDialog({ kind: 'silence', alert })}>
        {t('team.silence')}
      </Button>
      <Button needs="alert.merge" onClick={() => openDialog({ kind: 'merge', alert })}>
        {t('team.merge')}
      </Button>
      <Button needs="alert.falsePositive" onClick={() => openWords('falsePositive', alert)}>
        {t('alert.falsePositive')}
      </Button>
      <Button needs="alert.resolve" onClick={() => openWords('resolve', alert)}>
        {t('alert.resolve')}
      </Button>
    </div>
  );
};
