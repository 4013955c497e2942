import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import { nextLevel, type Reached, recipientsOf } from '../../../shared/domain/escalation.ts';
import type { Notified, RunbookRun } from '../../../shared/domain/run.ts';
import type { RunbookStep } from '../../../shared/domain/runbook.ts';
import { titleOf } from '../../sentence.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { isConnected } from '../connection/link-tone.ts';
import { useEscalation } from '../escalation/use-escalation.ts';
import type { RunbookText } from './use-runbook-text.ts';
import '../escalation/escalation.css';

type NotifyStepDefinition = Extract<RunbookStep, { kind: 'notify' | 'escalate' }>;
type Props = {
  step: NotifyStepDefinition;
  run: RunbookRun;
  detail: AlertDetail | null;
  text: RunbookText;
  onDone: (told: Notified) => void;
};

/** Messages that belong to no level of the policy stand above all of them. */
const NO_LEVEL = 100;

/** The levels of the escalation policy that have been notified since the alert last alerted, or in this run. */
const levelsNotified = (detail: AlertDetail | null, run: RunbookRun): number[] => {
  if (detail === null) return run.steps.flatMap(({ told }) => (typeof told?.level === 'number' ? [told.level] : []));
  const calledAt = detail.alert.lead.recalledAt ?? '';
  return detail.timeline
    .filter(
      ({ at, kind }) => at >= calledAt && (kind === 'escalated' || kind === 'escalation_unknown' || kind === 'called'),
    )
    .map(({ data }) => data.level ?? data.step)
    .filter((level): level is number => typeof level === 'number' && level < NO_LEVEL);
};

/** Notifies people: by the channels of the escalation where a message leaves, else manually, with the number in large type. */
export const NotifyStep = ({ step, run, detail, text, onDone }: Props) => {
  const { t } = useTranslation();
  const view = useEscalation();
  const online = useSystem((state) => isConnected(state.status?.link));
  const suggested = text(step.message);
  const [message, setMessage] = useState(detail === null ? suggested : `${titleOf(detail.alert)}\n${suggested}`);
  if (step.kind === 'notify' && step.to === 'visitor') {
    return (
      <>
        <p className="runbook-message">{suggested}</p>
        <div>
          <Button tone="primary" large onClick={() => onDone({ how: 'by_hand', message: suggested, people: [] })}>
            {t('runbook.visitorInformed')}
          </Button>
        </div>
      </>
    );
  }
  const settings = view?.settings;
  const severity = (step.kind === 'escalate' ? step.severity : undefined) ?? detail?.alert.lead.severity ?? 'MEDIUM';
  const next =
    step.kind === 'escalate' && settings !== undefined
      ? nextLevel(settings, severity, levelsNotified(detail, run))
      : null;
  const reached: readonly Reached[] =
    step.kind === 'escalate' ? (next?.reached ?? []) : settings === undefined ? [] : recipientsOf(settings, step.to);
  const sends = online && (view?.version ?? 0) > 0 && reached.some(({ channels }) => channels.length > 0);
  const done = (how: Notified['how']) =>
    onDone({
      how,
      message,
      people: reached.map(({ contact: { id, name, phone } }) => ({ contact: id, name, phone })),
      ...(next === null ? {} : { level: next.level }),
    });
  return (
    <>
      {next !== null && <p className="quiet">{t('runbook.level', { level: next.level + 1 })}</p>}
      <ul className="stack">
        {reached.map((one) => (
          <Person key={one.contact.id} reached={one} sends={sends} />
        ))}
      </ul>
      {reached.length === 0 && <p>{t('runbook.nobodyKnown')}</p>}
      <TextField
        label={t(sends ? 'runbook.message' : 'runbook.messageByHand')}
        value={message}
        maxLength={1_000}
        onChange={(event) => setMessage(event.target.value)}
      />
      {!sends && reached.length > 0 && <p className="quiet">{t(online ? 'runbook.noChannel' : 'runbook.noNetwork')}</p>}
      <div className="row">
        {sends && (
          <Button tone="primary" large disabled={message.trim() === ''} onClick={() => done('sent')}>
            {t('runbook.send')}
          </Button>
        )}
        <Button tone={sends ? 'plain' : 'primary'} large onClick={() => done('by_hand')}>
          {t('runbook.notifiedThem')}
        </Button>
      </div>
    </>
  );
};

const Person = ({ reached: { contact, channels }, sends }: { reached: Reached; sends: boolean }) => {
  const { t } = useTranslation();
  const ways = channels.map((channel) => t(`escalation.channel_${channel}`)).join(', ');
  return (
    <li>
      <strong>{contact.name}</strong>{' '}
      {sends && channels.length > 0 && <span className="quiet">{t('runbook.by', { ways })}</span>}
      {contact.phone === '' ? (
        <p className="quiet">{t('runbook.noNumber')}</p>
      ) : (
        <p className="call-number">{contact.phone}</p>
      )}
    </li>
  );
};
