import { useTranslation } from 'react-i18next';
import type { HandoverView } from '../../../shared/contract/handover.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import { byUrgency } from '../../features/alert/by-urgency.ts';
import { Subject } from '../../features/log/subject.tsx';
import { IntendedAction } from '../../features/outbox/entry.tsx';
import { useOutbox } from '../../features/outbox/use-outbox.ts';
import { MentionList } from '../../features/team/mention-list.tsx';
import { useSilence, useTeam } from '../../features/team/use-team.ts';
import { formatSpan, formatTime, i18n } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { titleOf } from '../../sentence.ts';
import { useSystem } from '../../stores/system.ts';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { useNow } from '../../ui/time.tsx';
import '../../features/team/team.css';

/** The most urgent first, as on the board. */
export const AlertList = ({ alerts, empty }: { alerts: readonly Alert[]; empty: string }) =>
  alerts.length === 0 ? (
    <p className="quiet">{empty}</p>
  ) : (
    <ul className="handover-alerts">
      {alerts.toSorted(byUrgency).map((alert) => (
        <Line key={alert.incidentId} alert={alert} />
      ))}
    </ul>
  );

/** An alert with what the next one must know at once: who has it, what holds it back, whether it is late. */
const Line = ({ alert }: { alert: Alert }) => {
  const { t } = useTranslation();
  const now = useNow();
  const silence = useSilence(alert, now);
  const { lead, resolveBy } = alert;
  const { takenBy, acknowledgedBy } = lead;
  const facts = [
    takenBy !== null
      ? t('handover.assignedTo', { name: takenBy })
      : acknowledgedBy !== null
        ? t('handover.acknowledgedBy', { name: acknowledgedBy })
        : t('handover.unacknowledged'),
    lead.snoozedUntil === null ? null : t('handover.snoozed', { time: formatTime(lead.snoozedUntil) }),
    silence === null
      ? null
      : t('team.silencedBy', { time: formatTime(silence.until), name: silence.by, reason: silence.reason }),
  ];
  const lateMs = resolveBy === null ? 0 : now - Date.parse(resolveBy);
  return (
    <li>
      <SeverityMark severity={lead.severity} />{' '}
      <a href={hrefOf({ screen: 'board', incidentId: alert.incidentId })}>{titleOf(alert)}</a>{' '}
      <span className="quiet">{facts.filter((fact) => fact !== null).join(' · ')}</span>{' '}
      {lateMs > 0 && <span className="handover-late">{t('team.resolveLate', { time: formatSpan(lateMs) })}</span>}
    </li>
  );
};

export const UnreadMentions = () => {
  const { t } = useTranslation();
  const unread = useTeam().mentions.some(({ readAt }) => readAt === null);
  if (!unread) return null;
  return (
    <>
      <h3>{t('handover.mentions')}</h3>
      <MentionList unreadOnly />
    </>
  );
};

const WAITING_SHOWN = 10;

/** What this laptop has not sent yet, and what somebody must decide. */
export const WaitingActions = () => {
  const { t } = useTranslation();
  const waiting = useSystem((state) => state.status?.waiting ?? 0);
  const undecided = useSystem((state) => state.status?.undecided ?? 0);
  const outbox = useOutbox();
  const entries = [...(outbox?.tray ?? []), ...(outbox?.waiting ?? [])].slice(0, WAITING_SHOWN);
  return (
    <>
      <h3>{t('handover.waiting')}</h3>
      <p>
        <a href={hrefOf({ screen: 'waiting' })}>{t('handover.waitingText', { waiting, undecided })}</a>
      </p>
      {entries.length > 0 && (
        <ul>
          {entries.map((entry) => (
            <li key={entry.operationId}>
              <IntendedAction entry={entry} /> <span className="quiet">{entry.author.operator}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
};

export const Decisions = ({ view }: { view: HandoverView | null }) => {
  const { t } = useTranslation();
  const decisions = view?.decisions ?? [];
  return (
    <>
      <h3>{t('handover.decisions')}</h3>
      {decisions.length === 0 && <p className="quiet">{t('handover.noDecisions')}</p>}
      <ul>
        {decisions.map(({ seq, at, actor, action, subject, words }) => (
          <li key={seq}>
            {formatTime(at)}{' '}
            <strong>{i18n.exists(`handover.action_${action}`) ? t(`handover.action_${action}`) : action}</strong>{' '}
            <Subject subject={subject} /> <span className="quiet">{actor}</span>
            {words !== null && <span className="quiet">{t('handover.words', { words })}</span>}
          </li>
        ))}
      </ul>
    </>
  );
};
