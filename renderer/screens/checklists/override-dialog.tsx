import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';

/** Lets an item pass that is not as it should be, with a reason. */
export const OverrideDialog = (props: {
  at: { listId: string; windowKey: string; itemId: string };
  title: string;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { at, title, onClose } = props;
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState(false);
  // One id for what is said here: pressing twice says it once.
  const [operationId, setOperationId] = useState(newOperationId);
  const missing = reason.trim() === '';
  const send = async () => {
    setSending(true);
    const outcome = await submit('checklist.override', { operationId, ...at, reason }, { done: null });
    setSending(false);
    if (outcome !== null) onClose();
    else setOperationId(newOperationId());
  };
  return (
    <Dialog title={`${t('common.label', { label: t('checklists.override') })} ${title}`} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing && !sending) void send();
        }}
      >
        <p className="quiet">{t('checklists.overrideText')}</p>
        <TextField
          label={t('checklists.overrideReason')}
          value={reason}
          dir="auto"
          maxLength={2_000}
          onChange={(event) => {
            setReason(event.target.value);
            setOperationId(newOperationId());
          }}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <CommandButton needs="checklist.override" type="submit" tone="primary" disabled={missing || sending}>
            {t('checklists.override')}
          </CommandButton>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
