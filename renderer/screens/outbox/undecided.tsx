import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import { cents } from '../../../shared/domain/money.ts';
import { callSigned, give } from '../../commands.ts';
import { AsItStandsToday } from '../../features/team/as-it-stands.tsx';
import { errorSentence, formatMoney, i18n } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { titleOf } from '../../sentence.ts';
import { incidentOf, useAlerts } from '../../stores/alerts.ts';
import { openDialog, showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Given, Wanted, wordsOf } from './entry.tsx';

/** A conflict or rejection: both sides, and the choices. */
export const Undecided = ({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  // What it was part of may be part of something else by now.
  const alert = useAlerts((state) =>
    entry.incidentId === null ? undefined : incidentOf(state.byId, entry.incidentId),
  );
  return (
    <li className="panel stack">
      {alert !== undefined && <strong>{titleOf(alert)}</strong>}
      <dl className="undecided">
        <div>
          <dt>{t('waiting.yours')}</dt>
          <dd>
            <Wanted entry={entry} />{' '}
            <span className="quiet">
              (<Given entry={entry} />)
            </span>
          </dd>
        </div>
        <Saw entry={entry} />
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

const Saw = ({ entry: { saw, input } }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const seen = figures(input.seenActualCents, input.seenExpectedCents);
  const status =
    typeof saw.status === 'string' && i18n.exists(`board.status_${saw.status}`)
      ? t(`board.status_${saw.status}`)
      : null;
  if (seen === null && status === null) return null;
  return (
    <div>
      <dt>{t('waiting.seen')}</dt>
      <dd>
        {seen !== null
          ? t('waiting.seenFigures', seen)
          : typeof saw.takenBy === 'string'
            ? t('waiting.seenAssigned', { status: status ?? '', name: saw.takenBy })
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

/**
 * Nothing is gained by giving it once more: the proposal has ended, or an undo or an approval was about figures that are
 * gone. Who still wants it begins at the card.
 */
const isOver = ({ command, input, error }: OutboxEntry): boolean =>
  (error?.code === 'correction_stale' && (command === 'correction.approve' || input.kind === 'undo')) ||
  (error?.code.startsWith('proposal_') === true && error.code !== 'proposal_pending');

const Choices = ({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const [dropping, setDropping] = useState(false);
  const { operationId, input, cardId, incidentId } = entry;
  const { eventId } = input;
  const words = wordsOf(entry);
  const redo = () =>
    openDialog({
      kind: 'correct',
      cardId: cardId ?? '',
      eventId: typeof eventId === 'number' ? eventId : null,
      original: typeof input.originalTransaction === 'string' ? input.originalTransaction : null,
      why: input.originalTransaction === null ? 'difference' : 'deduction',
      reason: words,
      supersedes: operationId,
    });
  const again = async () => {
    const answer = await callSigned('outbox.retry', { operationId });
    if (!answer.ok) showToast(errorSentence(answer.error), 'bad');
  };
  return (
    <div className="row">
      {isOver(entry) ? null : entry.error?.code === 'correction_stale' ? (
        <Button needs="correction.apply" tone="primary" onClick={redo}>
          {t('waiting.redo')}
        </Button>
      ) : entry.error?.code === 'event_closed' && words !== '' && typeof eventId === 'number' ? (
        <Button
          tone="primary"
          onClick={() => void give('alert.note', { eventId, text: words, supersedes: operationId })}
        >
          {t('waiting.asNote')}
        </Button>
      ) : entry.error?.code === 'taken_by_other' && typeof eventId === 'number' ? (
        <Button
          onClick={() =>
            void give('alert.take', { eventId, holder: String(entry.error?.params.name), supersedes: operationId })
          }
        >
          {t('alert.takeOver', { name: String(entry.error.params.name) })}
        </Button>
      ) : entry.error?.code === 'incident_moved' ? (
        <AsItStandsToday entry={entry} />
      ) : (
        <Button needs="outbox.retry" onClick={() => void again()}>
          {t('waiting.again')}
        </Button>
      )}
      <Button needs="outbox.drop" onClick={() => setDropping(true)}>
        {t('waiting.discard')}
      </Button>
      {incidentId !== null && <a href={hrefOf({ screen: 'board', incidentId })}>{t('waiting.openAlert')}</a>}
      {cardId !== null && <a href={hrefOf({ screen: 'card', cardId })}>{t('waiting.openCard')}</a>}
      {dropping && <Drop operationId={operationId} onClose={() => setDropping(false)} />}
    </div>
  );
};

const Drop = ({ operationId, onClose }: { operationId: string; onClose: () => void }) => {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Dialog title={t('waiting.discardTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void give('outbox.drop', { dropped: operationId, reason }, { done: t('waiting.discarded') }).then(onClose);
        }}
      >
        <TextField
          label={t('waiting.discardLabel')}
          value={reason}
          maxLength={2_000}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className="row">
          <Button type="submit" tone="danger" disabled={reason.trim() === ''}>
            {t('waiting.discard')}
          </Button>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
};
