import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST_ENTRY, type LogLine, stateOf } from '../../../shared/domain/log.ts';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { CommandButton } from '../operators/command-button.tsx';

/** What is said of an entry. */
export type Later = { readonly act: 'correct' | 'strike' | 'finish'; readonly line: LogLine };

/** Corrects an entry, strikes it with a reason, or says that what it asked for is done: each an entry of its own. */
export const LaterDialog = (props: Later & { onClose: () => void }) => {
  const { t } = useTranslation();
  const { act, line, onClose } = props;
  const [text, setText] = useState(act === 'correct' ? stateOf(line).text : '');
  const [sending, setSending] = useState(false);
  // One id for what is said here: pressing twice says it once.
  const [operationId, setOperationId] = useState(newOperationId);
  const missing = act !== 'finish' && text.trim() === '';
  const send = async () => {
    setSending(true);
    const outcome = await submit(
      `log.${act}`,
      { operationId, entryId: line.entryId, text },
      { done: null, waiting: null },
    );
    setSending(false);
    if (outcome !== null) onClose();
    else setOperationId(newOperationId());
  };
  return (
    <Dialog title={t(`log.${act}Title`)} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing && !sending) void send();
        }}
      >
        <p className="quiet">{t(`log.${act}Text`)}</p>
        <TextField
          label={t(`log.${act}Field`)}
          value={text}
          dir="auto"
          maxLength={act === 'correct' ? LONGEST_ENTRY : 2_000}
          onChange={(event) => {
            setText(event.target.value);
            setOperationId(newOperationId());
          }}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <CommandButton needs={`log.${act}`} type="submit" tone="primary" disabled={missing || sending}>
            {t(`log.${act}`)}
          </CommandButton>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
