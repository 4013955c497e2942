import { X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { formatTime } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { meaningOf } from '../../sentence.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useAfterFrame } from '../../ui/use-after-frame.ts';
import { PendingNote } from '../approvals/pending-note.tsx';
import { CallCard } from '../escalation/call-card.tsx';
import { WordQuestion } from '../meanings/word-question.tsx';
import { Silenced } from '../team/silenced.tsx';
import { AlertFoot } from './alert-foot.tsx';
import { AlertHead } from './alert-head.tsx';
import { Clocks } from './clocks.tsx';
import { Evidence } from './evidence.tsx';
import { Facts } from './facts.tsx';
import { Linked } from './linked.tsx';
import { SameLoss } from './same-loss.tsx';
import { Timeline } from './timeline.tsx';
import { type OpenedAlert, useIncident } from './use-incident.ts';
import './alert-detail.css';

type Tab = 'evidence' | 'timeline' | 'details';

/**
 * Everything about one incident, in the drawer beside the board: what it is and what can be done always in sight.
 * @param props.repeats open alerts that only repeat its loss
 */
export const AlertDetail = (props: { incidentId: RowId; repeats: readonly Alert[]; onClose: () => void }) => {
  const { t } = useTranslation();
  const { incidentId, repeats, onClose } = props;
  const detail = useIncident(incidentId);
  const onBoard = useAlerts(({ byId }) => byId?.get(incidentId));
  const [tab, setTab] = useState<Tab>('evidence');
  // What it is stands a frame before all that is known of it: an alert that is opened is seen in the frame after its key.
  const seen = useAfterFrame<RowId | null>(incidentId, null) === incidentId;
  if (detail === 'gone' || detail === 'offline') {
    return (
      <div className="detail">
        <div className="alert-head-line">
          <IconButton icon={X} label={t('common.close')} className="alert-close" onClick={onClose} />
        </div>
        <p className="detail-body">{t(detail === 'gone' ? 'errors.not_found' : 'alert.notHere')}</p>
      </div>
    );
  }
  // What the board knows of it is there before the rest has been asked for, and says first what was just done.
  const head = onBoard ?? detail?.alert;
  if (head === undefined) return <p className="detail quiet">{t('common.loading')}</p>;
  return (
    <article className="detail">
      <AlertHead alert={head} repeats={repeats} onClose={onClose} />
      {detail === null ? (
        <p className="detail-body quiet">{t('common.loading')}</p>
      ) : (
        seen && (
          <>
            <Body key={incidentId} {...{ detail, repeats, tab, setTab }} waiting={head.waiting} />
            {detail.kept === 'alerts' && <AlertFoot detail={detail} row={{ alert: detail.alert, repeats }} />}
          </>
        )
      )}
    </article>
  );
};

/** What is asked for when it is opened: evidence, timeline and details. */
const Body = (props: {
  detail: OpenedAlert;
  repeats: readonly Alert[];
  waiting: number;
  tab: Tab;
  setTab: (tab: Tab) => void;
}) => {
  const { t } = useTranslation();
  const { detail, repeats, waiting, tab, setTab } = props;
  const { alert, timeline, run, kept } = detail;
  const { lead } = alert;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="detail-body stack" aria-label={t('alert.detail')} tabIndex={0}>
      <PendingNote of={(proposal) => proposal.incidentId === alert.incidentId} />
      {kept === 'archive' && <p role="note">{t('alert.archived')}</p>}
      {waiting > 0 && <p className="waiting-mark">{t('alert.waitingCount', { count: waiting })}</p>}
      {lead.clearedAt !== null && <p>{t('board.cleared', { time: formatTime(lead.clearedAt) })}</p>}
      <Unsent alert={alert} onShow={() => setTab('timeline')} />
      <Silenced alert={alert} />
      <CallCard alert={alert} />
      <WordQuestion alert={alert} />
      <Tabs
        label={t('alert.detail')}
        value={tab}
        onChange={setTab}
        tabs={[
          {
            value: 'evidence',
            label: t('alert.evidence'),
            panel: (
              <div className="stack">
                <p className="quiet">
                  {alert.storm === 'opening_balances' ? t('board.openingBalancesText') : meaningOf(lead)}
                </p>
                <Evidence event={lead} />
                <SameLoss repeats={repeats} />
                <Linked alert={alert} />
              </div>
            ),
          },
          {
            value: 'timeline',
            label: t('alert.timeline'),
            count: timeline.length,
            panel: <Timeline entries={timeline} />,
          },
          {
            value: 'details',
            label: t('alert.details'),
            panel: (
              <div className="stack">
                <Facts event={lead} />
                <Clocks alert={alert} />
                {timeline.some(({ kind }) => kind === 'corrected' || kind === 'correction_undone') && (
                  <p>
                    <a href={hrefOf({ screen: 'corrections', query: `alert=${alert.incidentId}` })}>
                      {t('register.ofAlert')}
                    </a>
                  </p>
                )}
                {run !== null && (
                  <p>
                    <a href={hrefOf({ screen: 'runbook', incidentId: alert.incidentId })}>
                      {t('alert.runOf', { name: run.startedBy, time: formatTime(run.startedAt) })}
                    </a>
                  </p>
                )}
              </div>
            ),
          },
        ]}
      />
    </section>
  );
};

/** Why nobody may have been reached; each message stands in the timeline with its reason. */
const Unsent = ({ alert, onShow }: { alert: Alert; onShow: () => void }) => {
  const { t } = useTranslation();
  const { open, lead, notSent, unconfirmed } = alert;
  if (!open || lead.acknowledgedAt !== null || notSent.length + unconfirmed.length === 0) return null;
  return (
    <p className="row">
      {notSent.length > 0 && <span className="clock-late">{t('board.notSent', { count: notSent.length })}</span>}
      {unconfirmed.length > 0 && (
        <span className="clock-late">{t('board.unconfirmed', { count: unconfirmed.length })}</span>
      )}
      <Button tone="quiet" onClick={onShow}>
        {t('alert.timeline')}
      </Button>
    </p>
  );
};
