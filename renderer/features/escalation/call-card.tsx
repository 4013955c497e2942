import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { calledAt } from '../../../shared/domain/deadlines.ts';
import { whomToCall } from '../../../shared/domain/escalation.ts';
import { submit } from '../../commands.ts';
import { useSystem } from '../../stores/system.ts';
import { useNow } from '../../ui/time.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { useSilence } from '../team/use-team.ts';
import { useEscalation } from './use-escalation.ts';
import './escalation.css';

/** Where no message leaves, the operator calls: whom, with the number in large type, and that it was done. */
export const CallCard = ({ alert }: { alert: Alert }) => {
  const { t } = useTranslation();
  const { open, lead } = alert;
  const now = useNow();
  const offline = useSystem((state) => state.status?.link.state === 'offline');
  const view = useEscalation();
  const silence = useSilence(alert, now);
  if (view === null || !open || lead.acknowledgedAt !== null || silence !== null) return null;
  if (!offline && view.settings.twilio !== null) return null;
  const contact = whomToCall(view, { severity: lead.severity, calledAt: calledAt(lead) }, now);
  if (contact === null) return null;
  const { name, phone } = contact;
  return (
    <section className="call-card stack" aria-label={t('escalation.callTitle')}>
      <p>{t('escalation.call', { name })}</p>
      <p className="call-number">{phone}</p>
      <div>
        <CommandButton
          needs="escalation.called"
          onClick={() => void submit('escalation.called', { eventId: lead.eventId, name, phone })}
        >
          {t('escalation.called')}
        </CommandButton>
      </div>
    </section>
  );
};
