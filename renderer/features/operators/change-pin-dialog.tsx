import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortestPin } from '../../../shared/domain/operator.ts';
import { callSigned } from '../../commands.ts';
import { errorSentence } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { NewPin, useNewPin } from './new-pin.tsx';
import { PinField } from './pin-field.tsx';

/** A new PIN of one's own. */
export const ChangePinDialog = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const [present, setPresent] = useState('');
  const role = useSystem((state) => state.session?.role ?? 'operator');
  const typed = useNewPin(shortestPin(role));
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const ready = present.length >= 4 && typed.pin !== null;
  const change = async () => {
    if (typed.pin === null || !ready || busy) return;
    setBusy(true);
    const answer = await callSigned('operators.changePin', { pin: present, newPin: typed.pin });
    setBusy(false);
    if (answer.ok) {
      showToast(t('people.pinChanged'));
      return onClose();
    }
    setPresent('');
    setError(errorSentence(answer.error));
  };
  return (
    <Dialog title={t('people.changeOwnPin')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <PinField label={t('people.currentPin')} value={present} error={error} onChange={setPresent} />
        <NewPin label={t('people.ownPin')} hint={t('people.pinHint', { shortest: typed.shortest })} typed={typed} />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="primary" disabled={!ready || busy}>
            {t('common.save')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
