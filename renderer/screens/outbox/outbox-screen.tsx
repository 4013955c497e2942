import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import { IntendedAction, SubmittedBy } from '../../features/outbox/entry.tsx';
import { useOutbox } from '../../features/outbox/use-outbox.ts';
import { useSystem } from '../../stores/system.ts';
import { Progress } from '../../ui/progress.tsx';
import { CarriedFile } from './carried-file.tsx';
import { Conflict, isLost } from './conflict.tsx';
import { Lost } from './lost.tsx';
import './outbox.css';

/** What this laptop has not brought to the festival yet, and what somebody has to decide. */
export const OutboxScreen = () => {
  const { t } = useTranslation();
  const outbox = useOutbox();
  const sending = useSystem((state) => state.status?.sending ?? null);
  if (outbox === null) return <p className="screen quiet">{t('common.loading')}</p>;
  const lost = outbox.tray.filter(isLost);
  const conflicts = outbox.tray.filter((entry) => !isLost(entry));
  return (
    <div className="screen stack">
      <h1>{t('waiting.title')}</h1>
      {lost.length > 0 && <Lost entries={lost} />}
      <section className="stack" aria-labelledby="to-decide">
        <h2 id="to-decide">{t('waiting.toDecide')}</h2>
        <p className="quiet">{t(conflicts.length === 0 ? 'waiting.nothingToDecide' : 'waiting.toDecideText')}</p>
        <ul className="stack">
          {conflicts.map((entry) => (
            <Conflict key={entry.operationId} entry={entry} />
          ))}
        </ul>
      </section>
      <section className="stack" aria-labelledby="on-their-way">
        <h2 id="on-their-way">{t('waiting.waiting')}</h2>
        {sending !== null && <Progress {...sending} label={t('waiting.sending', sending)} />}
        {outbox.waitingCount === 0 && <p className="quiet">{t('waiting.nothingWaits')}</p>}
        <ol className="stack">
          {outbox.waiting.map((entry) => (
            <WaitingLine key={entry.operationId} entry={entry} />
          ))}
        </ol>
        {outbox.waitingCount > outbox.waiting.length && (
          <p className="quiet">{t('waiting.more', { count: outbox.waitingCount - outbox.waiting.length })}</p>
        )}
      </section>
      <CarriedFile count={outbox.waitingCount} />
    </div>
  );
};

/** Of hundreds that are sent, a few are other ones with each answer. */
const WaitingLine = memo(({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  return (
    <li className="waiting-line">
      <IntendedAction entry={entry} />{' '}
      <span className="quiet">
        <SubmittedBy entry={entry} /> · {t(`waiting.state_${entry.state === 'unknown' ? 'unknown' : 'waiting'}`)}
        {entry.attempts > 0 && ` · ${t('waiting.attempts', { count: entry.attempts })}`}
      </span>
    </li>
  );
});
