import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { calledAt } from '../../../shared/domain/deadlines.ts';
import { lossOfRow } from '../../../shared/domain/losses.ts';
import { closingNote } from '../../closing-note.ts';
import { formatMoney, formatTime } from '../../i18n.ts';
import { titleOf } from '../../sentence.ts';
import { DeadlineRing } from '../../ui/deadline-ring.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { useNow } from '../../ui/time.tsx';
import { useSilence } from '../team/use-team.ts';
import { WhoIsOnIt } from './who-is-on-it.tsx';

/** What the alert is, always in sight: how severe, how much, one sentence, until when, and whose. */
export const AlertHead = (props: { alert: Alert; repeats: readonly Alert[]; onClose: () => void }) => {
  const { t } = useTranslation();
  const { alert, repeats, onClose } = props;
  const { lead } = alert;
  const silence = useSilence(alert, useNow());
  const urgent = alert.open && lead.acknowledgedAt === null && silence === null;
  const amount = lossOfRow({ alert, repeats });
  const resolveBy = alert.open && !urgent ? alert.resolveBy : null;
  return (
    <header className="alert-head">
      <div className="alert-head-line">
        <SeverityMark severity={lead.severity} />
        {amount !== null && <span className="alert-amount">{formatMoney(amount)}</span>}
        {urgent && alert.dueAt !== null && <DeadlineRing from={calledAt(lead)} due={alert.dueAt} />}
        {resolveBy !== null && (
          <span className="quiet">{t('team.resolveByTime', { time: formatTime(resolveBy) })}</span>
        )}
        <IconButton icon={X} label={t('common.close')} className="alert-close" onClick={onClose} />
      </div>
      <h2>
        <bdi>{titleOf(alert)}</bdi>
      </h2>
      <WhoIsOnIt alert={alert} />
      {!alert.open && (
        <p className="detail-closed">
          {t('alert.closedAs', { notes: closingNote(lead.resolutionNotes ?? '', lead.resolvedAt ?? lead.detectedAt) })}
        </p>
      )}
    </header>
  );
};
