import { useTranslation } from 'react-i18next';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { DialogFoot, useCloseDialog } from '../../ui/dialog.tsx';

/** The end of a correction's dialog. `then` goes on with what opened it, whichever way the dialog ends. */
export const CloseOrReceipt = ({ logId, then }: { logId: RowId | null; then: (() => void) | undefined }) => {
  const { t } = useTranslation();
  const onClose = useCloseDialog();
  return (
    <DialogFoot>
      {logId !== null && (
        <Button
          onClick={() => {
            then?.();
            openDialog({ kind: 'receipt', logId });
          }}
        >
          {t('receipt.open')}
        </Button>
      )}
      <Button
        tone="primary"
        onClick={() => {
          onClose();
          then?.();
        }}
      >
        {t('common.close')}
      </Button>
    </DialogFoot>
  );
};
