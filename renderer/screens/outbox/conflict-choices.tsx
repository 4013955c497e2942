import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NEVER_AGAIN, type OutboxEntry } from '../../../shared/contract/outbox.ts';
import { idIn } from '../../../shared/domain/row-id.ts';
import { call } from '../../bridge.ts';
import { callSigned, submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { hasLostAlert, textOf } from '../../features/outbox/entry.tsx';
import { MoveAnyway } from '../../features/team/move-anyway.tsx';
import { errorSentence } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { openDialog, showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';

/**
 * Nothing is gained by giving it once more: the proposal has ended, or an undo or an approval was about figures that are
 * gone. Who still wants it begins at the card.
 */
const isOver = ({ command, input, error }: OutboxEntry): boolean =>
  (error?.code === 'correction_stale' && (command === 'correction.approve' || input.kind === 'undo')) ||
  (error?.code === 'correction_approval_required' && input.kind === 'undo') ||
  (error?.code.startsWith('proposal_') === true && error.code !== 'proposal_pending');

/** It would be done on something else, or cannot be done from here. A correction is made on the card all the same. */
const isGone = ({ error }: OutboxEntry): boolean => NEVER_AGAIN.includes(error?.code ?? '');

/** The same correction on today's figures, or proposed because the limit is lower than this laptop thought. */
const isForTheForm = ({ command, error }: OutboxEntry): boolean =>
  error?.code === 'correction_stale' ||
  (error?.code === 'correction_approval_required' && command === 'correction.apply');

export const Choices = ({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const [dropping, setDropping] = useState(false);
  const { operationId, input, cardId, incidentId } = entry;
  const eventId = idIn(input.eventId);
  const words = textOf(entry);
  const redo = () =>
    openDialog({
      kind: 'correct',
      cardId: cardId ?? '',
      eventId,
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
      {entry.error?.code === 'some_refused' ? (
        <Button tone="primary" onClick={() => void call('outbox.seen', { operationId })}>
          {t('waiting.understood')}
        </Button>
      ) : isOver(entry) ? null : isGone(entry) ? null : isForTheForm(entry) ? (
        <CommandButton needs="correction.apply" tone="primary" onClick={redo}>
          {t('waiting.redo')}
        </CommandButton>
      ) : entry.error?.code === 'event_closed' && words !== '' && eventId !== null ? (
        <Button
          tone="primary"
          onClick={() => void submit('alert.note', { eventId, text: words, supersedes: operationId })}
        >
          {t('waiting.asNote')}
        </Button>
      ) : entry.error?.code === 'taken_by_other' && eventId !== null ? (
        <Button
          onClick={() =>
            void submit('alert.take', { eventId, holder: String(entry.error?.params.name), supersedes: operationId })
          }
        >
          {t('alert.takeOver', { name: String(entry.error.params.name) })}
        </Button>
      ) : entry.error?.code === 'incident_moved' ? (
        <MoveAnyway entry={entry} />
      ) : (
        <CommandButton needs="outbox.retry" onClick={() => void again()}>
          {t(entry.error?.code === 'lost_by_database' ? 'waiting.giveAgain' : 'waiting.again')}
        </CommandButton>
      )}
      {entry.error?.code !== 'some_refused' && (
        <CommandButton needs="outbox.drop" onClick={() => setDropping(true)}>
          {t('waiting.discard')}
        </CommandButton>
      )}
      {incidentId !== null && !hasLostAlert(entry) && (
        <a href={hrefOf({ screen: 'board', incidentId })}>{t('waiting.openAlert')}</a>
      )}
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
          void submit('outbox.drop', { dropped: operationId, reason }, { done: t('waiting.discarded') }).then(onClose);
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
