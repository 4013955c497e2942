import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';

/** What a view is to be called. */
export const ViewNameDialog = ({
  onName,
  onClose,
}: {
  onName: (name: string) => Promise<void>;
  onClose: () => void;
}) => {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  return (
    <Dialog title={t('board.saveViewTitle')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void onName(name.trim());
        }}
      >
        <Field
          label={t('board.viewName')}
          value={name}
          maxLength={40}
          onChange={(event) => setName(event.target.value)}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" tone="primary" disabled={name.trim() === ''}>
            {t('common.save')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
