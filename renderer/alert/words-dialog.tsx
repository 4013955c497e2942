import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newOperationId } from '../bridge.ts';
import { give } from '../commands.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/field.tsx';
import { closeDialog, type OpenDialog } from '../stores/ui.ts';

type WordsDialogOptions = Extract<OpenDialog, { kind: 'note' | 'falsePositive' | 'resolve' }>;

/** A note, or the words with which an alert is closed. They are required. */
export const WordsDialog = ({ options }: { options: WordsDialogOptions }) => {
  const { t } = useTranslation();
  const { kind, eventId } = options;
  const [words, setWords] = useState('');
  const [sending, setSending] = useState(false);
  // One id for the same words: sending them again cannot do it twice. Other words are another action.
  const [operationId, setOperationId] = useState(newOperationId);

  const send = async () => {
    setSending(true);
    const outcome = await (kind === 'note'
      ? give('alert.note', { operationId, eventId, text: words })
      : kind === 'falsePositive'
        ? give('alert.falsePositive', { operationId, eventId, reason: words })
        : give('alert.resolve', { operationId, eventId, note: words }));
    setSending(false);
    if (outcome === null) return;
    closeDialog();
    options.then?.();
  };

  return (
    <Dialog title={t(`alert.${kind}Title`)} onClose={closeDialog}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <TextField
          label={t(`alert.${kind}Label`)}
          value={words}
          maxLength={2_000}
          onChange={(event) => {
            setWords(event.target.value);
            setOperationId(newOperationId());
          }}
        />
        <div className="row">
          <Button type="submit" tone="primary" disabled={words.trim() === '' || sending}>
            {t('common.save')}
          </Button>
          <Button onClick={closeDialog}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
};
