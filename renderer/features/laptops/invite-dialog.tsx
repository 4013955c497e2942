import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Time } from '../../ui/time.tsx';

/** Makes a code for another laptop, and shows it once. */
export const InviteDialog = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const [invitation, setInvitation] = useState<{ code: string; expiresAt: string }>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const invite = async () => {
    setBusy(true);
    const answer = await callSigned('laptops.invite', {});
    setBusy(false);
    if (answer.ok) setInvitation(answer.value);
    else setError(errorSentence(answer.error));
  };
  return (
    <Dialog title={t('laptops.inviteTitle')} onClose={onClose}>
      <div className="stack">
        <p>{t('laptops.inviteText')}</p>
        {error !== undefined && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        {invitation === undefined ? (
          <DialogFoot>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button tone="primary" data-focus="" disabled={busy} onClick={() => void invite()}>
              {t('laptops.makeCode')}
            </Button>
          </DialogFoot>
        ) : (
          <>
            <p role="status">
              <strong className="laptop-code laptop-code-shown">{invitation.code}</strong>
            </p>
            <p className="quiet">
              {t('laptops.codeOnce')} <Time at={invitation.expiresAt} />
            </p>
            <div>
              <Button onClick={onClose}>{t('common.close')}</Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
};
