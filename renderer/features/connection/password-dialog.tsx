import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';

/** The password of the saved connection, from whoever starts this console. Nothing else of it can be changed here. */
export const PasswordDialog = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const festival = useSystem((state) => state.session?.festival.address ?? '');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (password === '' || busy) return;
    setBusy(true);
    setError(undefined);
    const answer = await call('connection.enterPassword', { password });
    setBusy(false);
    setPassword('');
    if (answer.ok || answer.error.code === 'password_not_asked') return onClose();
    setError(errorSentence(answer.error));
  };
  return (
    <Dialog title={t('settings.passwordTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label={t('settings.passwordOf', { festival })}
          hint={t('settings.passwordHint')}
          error={error}
          type="password"
          autoComplete="off"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t('settings.passwordLater')}</Button>
          <Button type="submit" tone="primary" disabled={password === '' || busy}>
            {t('settings.passwordConnect')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
