import { useTranslation } from 'react-i18next';
import { isLostCode, type OutboxEntry } from '../../../shared/contract/outbox.ts';
import { cents } from '../../../shared/domain/money.ts';
import { hasLostAlert, IntendedAction, SubmittedBy } from '../../features/outbox/entry.tsx';
import { errorSentence, formatMoney, formatTime, i18n } from '../../i18n.ts';
import { titleOf } from '../../sentence.ts';
import { incidentOf, useAlerts } from '../../stores/alerts.ts';
import { Choices } from './conflict-choices.tsx';

/** It was confirmed, and the festival's database has lost it. */
export const isLost = ({ error }: OutboxEntry): boolean => error !== null && isLostCode(error.code);

/** A conflict or rejection: both sides, and the choices. */
export const Conflict = ({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  // What it was part of may be part of something else by now.
  const alert = useAlerts((state) =>
    entry.incidentId === null || hasLostAlert(entry) ? undefined : incidentOf(state.byId, entry.incidentId),
  );
  return (
    <li className="panel stack">
      {alert !== undefined && <strong>{titleOf(alert)}</strong>}
      <dl className="undecided">
        <div>
          <dt>{t('waiting.yours')}</dt>
          <dd>
            <IntendedAction entry={entry} />{' '}
            <span className="quiet">
              (<SubmittedBy entry={entry} />)
            </span>
          </dd>
        </div>
        {isLost(entry) && entry.settledAt !== null && (
          <div>
            <dt>{t('waiting.wasDone')}</dt>
            <dd>{formatTime(entry.settledAt, { seconds: true })}</dd>
          </div>
        )}
        <Snapshot entry={entry} />
        <div>
          <dt>{t('waiting.theirs')}</dt>
          <dd>
            {entry.error === null ? '' : errorSentence(entry.error)} <NowFigures entry={entry} />
          </dd>
        </div>
      </dl>
      <Choices entry={entry} />
    </li>
  );
};

const figures = (actual: unknown, expected: unknown) =>
  typeof actual === 'number' && typeof expected === 'number'
    ? { actual: formatMoney(cents(actual)), expected: formatMoney(cents(expected)) }
    : null;

const Snapshot = ({ entry: { snapshot, input } }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const seen = figures(input.seenActualCents, input.seenExpectedCents);
  const status =
    typeof snapshot.status === 'string' && i18n.exists(`board.status_${snapshot.status}`)
      ? t(`board.status_${snapshot.status}`)
      : null;
  if (seen === null && status === null) return null;
  return (
    <div>
      <dt>{t('waiting.seen')}</dt>
      <dd>
        {seen !== null
          ? t('waiting.seenFigures', seen)
          : typeof snapshot.takenBy === 'string'
            ? t('waiting.seenAssigned', { status: status ?? '', name: snapshot.takenBy })
            : t('waiting.seenStatus', { status: status ?? '' })}
      </dd>
    </div>
  );
};

const NowFigures = ({ entry: { error } }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const now = figures(error?.params.actualCents, error?.params.expectedCents);
  return now === null ? null : t('waiting.nowFigures', now);
};
