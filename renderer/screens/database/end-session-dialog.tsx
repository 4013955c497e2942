import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionTarget } from '../../../shared/domain/database-panel.ts';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { refetchCall } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { CopiedText } from '../../ui/copied-text.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';

/** Cancels what a session runs, or ends it: what that means stands above the button. */
export const EndSessionDialog = (props: {
  remedy: 'database.cancel' | 'database.terminate';
  session: SessionTarget;
  name: string;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const { remedy, name, onClose } = props;
  // What is ended is what was chosen, however often the rows behind are read again.
  const [session] = useState(props.session);
  const [operationId] = useState(newOperationId);
  const [sending, setSending] = useState(false);
  const kind = remedy === 'database.cancel' ? 'cancel' : 'terminate';
  const send = async () => {
    setSending(true);
    const outcome = await submit(remedy, { operationId, session }, { done: t(`database.done_${kind}`) });
    setSending(false);
    if (outcome === null) return;
    onClose();
    await Promise.all([refetchCall('database.look'), refetchCall('database.runs')]);
  };
  return (
    <Dialog title={t(`database.title_${kind}`, { name })} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>{t(`database.explain_${kind}`)}</p>
        <p className="quiet">{t('database.orCopy')}</p>
        <CopiedText text={`select pg_${kind}_backend(${session.pid});`} />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="danger" disabled={sending}>
            {t(`database.do_${kind}`)}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
