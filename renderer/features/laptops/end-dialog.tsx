import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EnrolledLaptop } from '../../../shared/contract/laptops.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence, formatList } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';

/** Ends a laptop that is lost or goes home: what that does is said before. */
export const EndDialog = ({ laptop, onClose }: { laptop: EnrolledLaptop; onClose: () => void }) => {
  const { t } = useTranslation();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const { laptopId, name, operators } = laptop;
  const end = async () => {
    setBusy(true);
    const answer = await callSigned('laptops.end', { laptopId });
    setBusy(false);
    if (!answer.ok) return setError(errorSentence(answer.error));
    showToast(t('laptops.ended', { name }));
    onClose();
  };
  return (
    <Dialog title={t('laptops.endTitle', { name })} onClose={onClose}>
      <div className="stack">
        <p>{t('laptops.endText')}</p>
        {operators.length > 0 && <p>{t('laptops.endAsks', { names: formatList(operators) })}</p>}
        <p className="quiet">{t('laptops.endLogin', { login: laptop.login })}</p>
        {error !== undefined && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        <DialogFoot>
          <Button data-focus="" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button tone="danger" disabled={busy} onClick={() => void end()}>
            {t('laptops.end')}
          </Button>
        </DialogFoot>
      </div>
    </Dialog>
  );
};
