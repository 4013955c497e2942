import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { useDraftText } from '../../stores/drafts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';

/** Stops monitoring for the whole festival: what it means stands above the reason. */
export const StopDialog = ({ onDone, onClose }: { onDone: () => void; onClose: () => void }) => {
  const { t } = useTranslation();
  const [reason, setReason, forget] = useDraftText('stop');
  const [operationId, setOperationId] = useState(newOperationId);
  const [sending, setSending] = useState(false);
  const send = async () => {
    setSending(true);
    const outcome = await submit('monitoring.stop', { operationId, reason }, { done: null });
    setSending(false);
    if (outcome === null) return;
    forget();
    onClose();
    onDone();
  };
  return (
    <Dialog title={t('runbook.stopTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>{t('runbook.stopText')}</p>
        <TextField
          label={t('runbook.stopLabel')}
          value={reason}
          maxLength={2_000}
          onChange={(event) => {
            setReason(event.target.value);
            setOperationId(newOperationId());
          }}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="danger" disabled={reason.trim() === '' || sending}>
            {t('runbook.do_stop_monitoring')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
