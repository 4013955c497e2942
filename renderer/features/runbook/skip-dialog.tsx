import { useTranslation } from 'react-i18next';
import { submit } from '../../commands.ts';
import { useDraftText } from '../../stores/drafts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';

/** A skipped step needs a reason. */
export const SkipDialog = ({ runId, stepId, onClose }: { runId: string; stepId: string; onClose: () => void }) => {
  const { t } = useTranslation();
  const [reason, setReason, forget] = useDraftText(`skip ${runId} ${stepId}`);
  return (
    <Dialog title={t('runbook.skipTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit('runbook.skipStep', { runId, stepId, reason }, { done: null }).then((outcome) => {
            if (outcome === null) return;
            forget();
            onClose();
          });
        }}
      >
        <TextField label={t('runbook.skipLabel')} value={reason} onChange={(event) => setReason(event.target.value)} />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="primary" disabled={reason.trim() === ''}>
            {t('runbook.skip')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
