import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mentionsIn } from '../../../shared/domain/mentions.ts';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { formatSpan } from '../../i18n.ts';
import { useDraftText } from '../../stores/drafts.ts';
import type { OpenDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { NoteField } from '../team/note-field.tsx';
import { useTeam } from '../team/use-team.ts';

type ReasonDialogOptions = Extract<OpenDialog, { kind: 'note' | 'falsePositive' | 'resolve' | 'snooze' | 'reopen' }>;

/** How long an alert can be put off, in minutes. */
const SNOOZES = ['5', '15', '30', '60', '240'] as const;

/** A note, or the reason with which an alert is closed, reopened or snoozed. It is required. */
export const ReasonDialog = ({ options, onClose }: { options: ReasonDialogOptions; onClose: () => void }) => {
  const { t } = useTranslation();
  const { kind, eventId, eventIds: [...eventIds] = [], count = 1 } = options;
  const many = eventIds.length > 1;
  const [text, setText, forget] = useDraftText(many ? `${kind} of many` : `${kind} ${eventId}`);
  const [minutes, setMinutes] = useState<(typeof SNOOZES)[number]>('15');
  const [sending, setSending] = useState(false);
  // One id for the same text: sending it again cannot do it twice. Another text is another action.
  const [operationId, setOperationId] = useState(newOperationId);

  const people = useTeam().people;
  const mentions = mentionsIn(text, people);
  const change = (text: string) => {
    setText(text);
    setOperationId(newOperationId());
  };

  const command = () => {
    switch (kind) {
      case 'note':
        return submit('alert.note', {
          operationId,
          eventId,
          text,
          ...(mentions.length === 0 ? {} : { mentions: [...mentions] }),
        });
      case 'falsePositive':
        return submit('alert.falsePositive', { operationId, eventId, reason: text });
      case 'resolve':
        if (many) return submit('alerts.resolve', { operationId, eventIds, note: text });
        return submit('alert.resolve', { operationId, eventId, note: text });
      case 'snooze':
        if (many) return submit('alerts.snooze', { operationId, eventIds, minutes: Number(minutes), reason: text });
        return submit('alert.snooze', { operationId, eventId, minutes: Number(minutes), reason: text });
      case 'reopen':
        return submit('alert.reopen', { operationId, eventId, reason: text });
    }
  };
  const send = async () => {
    setSending(true);
    // On its way it is no draft any more; refused, it is one again.
    forget();
    const outcome = await command();
    setSending(false);
    if (outcome === null) return setText(text);
    onClose();
    options.then?.();
  };

  return (
    <Dialog title={count > 1 ? `${t(`alert.${kind}Title`)} (${count})` : t(`alert.${kind}Title`)} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {kind === 'snooze' && (
          <Choice
            label={t('alert.snoozeFor')}
            value={minutes}
            options={SNOOZES.map((value) => ({ value, label: formatSpan(Number(value) * 60_000) }))}
            onChange={(chosen) => {
              setMinutes(chosen);
              setOperationId(newOperationId());
            }}
          />
        )}
        {kind === 'note' ? (
          <NoteField label={t('alert.noteLabel')} value={text} onChange={change} />
        ) : (
          <TextField
            label={t(`alert.${kind}Label`)}
            value={text}
            maxLength={2_000}
            onChange={(event) => change(event.target.value)}
          />
        )}
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="primary" disabled={text.trim() === '' || sending}>
            {t(kind === 'note' ? 'alert.saveNote' : `alert.${kind}`)}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
