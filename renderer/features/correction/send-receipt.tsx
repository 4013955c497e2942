import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../shared/domain/language.ts';
import { maskedAddress, RECEIPT_CHANNELS, type ReceiptChannel } from '../../../shared/domain/receipt.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { call, newOperationId } from '../../bridge.ts';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Field } from '../../ui/field.tsx';

const SHAPES = { email: /^[^\s@]+@[^\s@.]+\.[^\s@]+$/, sms: /^\+[1-9]\d{5,14}$/ } as const;

/** Sends the receipt to the visitor; says where it went, or why it did not. */
export const SendReceipt = ({ logId, language }: { logId: RowId; language: Language }) => {
  const { t } = useTranslation();
  const [channel, setChannel] = useState<ReceiptChannel>('email');
  const [typed, setTyped] = useState('');
  const [state, setState] = useState<{ is: 'draft' | 'sending' | 'sent' | 'trouble'; words: string }>({
    is: 'draft',
    words: '',
  });
  // The same message until it has left: a second click, or a try after silence, is no second receipt for whoever can tell.
  const operationId = useRef(newOperationId());
  const address = channel === 'sms' ? typed.replace(/[\s().-]/g, '') : typed.trim();
  const send = async () => {
    if (state.is === 'sending') return;
    if (!SHAPES[channel].test(address)) {
      setState({ is: 'trouble', words: t(channel === 'email' ? 'receipt.badEmail' : 'receipt.badPhone') });
      return;
    }
    setState({ is: 'sending', words: '' });
    const to = channel === 'email' ? { channel, address } : { channel, address };
    const answer = await call('receipt.send', { operationId: operationId.current, logId, language, to });
    if (answer.ok) {
      operationId.current = newOperationId();
      setState({ is: 'sent', words: t('receipt.sent', { to: maskedAddress(channel, address) }) });
    } else setState({ is: 'trouble', words: errorSentence(answer.error) });
  };
  const change = (text: string) => {
    setTyped(text);
    setState({ is: 'draft', words: '' });
  };
  return (
    <form
      className="stack not-printed"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Choice
        label={t('receipt.sendBy')}
        value={channel}
        options={RECEIPT_CHANNELS.map((value) => ({ value, label: t(`receipt.channel_${value}`) }))}
        onChange={(chosen) => {
          setChannel(chosen);
          change('');
        }}
      />
      <Field
        label={t(channel === 'email' ? 'receipt.email' : 'receipt.phone')}
        type={channel === 'email' ? 'email' : 'tel'}
        hint={channel === 'sms' ? t('receipt.phoneHint') : undefined}
        error={state.is === 'trouble' ? state.words : undefined}
        autoComplete="off"
        maxLength={200}
        value={typed}
        onChange={(event) => change(event.target.value)}
      />
      {state.is === 'sent' && <p role="status">{state.words}</p>}
      <div>
        <Button type="submit" disabled={typed.trim() === '' || state.is === 'sending' || state.is === 'sent'}>
          {t(state.is === 'sending' ? 'receipt.sending' : 'receipt.send')}
        </Button>
      </div>
    </form>
  );
};
