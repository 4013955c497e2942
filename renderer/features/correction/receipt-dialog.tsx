import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language } from '../../../shared/domain/language.ts';
import type { Receipt } from '../../../shared/domain/receipt.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { receiptLines } from '../../../shared/i18n/receipt-lines.ts';
import { timeZone } from '../../clock.ts';
import { errorSentence } from '../../i18n.ts';
import { shownId } from '../../shown-id.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice } from '../../ui/field.tsx';
import { SendReceipt } from './send-receipt.tsx';
import { useReceipt } from './use-receipt.ts';
import './receipt.css';

/** What the visitor takes home, in the visitor's language: on paper, by e-mail or by text message. */
export const ReceiptDialog = ({ logId, onClose }: { logId: RowId; onClose: () => void }) => {
  const { t, i18n } = useTranslation();
  const { receipt, error } = useReceipt(logId);
  const [language, setLanguage] = useState<Language>(i18n.language === 'fr' ? 'fr' : 'en');
  return (
    <Dialog title={t('receipt.dialog', { card: shownId(receipt?.cardId ?? '') })} onClose={onClose}>
      {error !== null && <p role="alert">{errorSentence(error)}</p>}
      {error === null && receipt === null && <p className="quiet">{t('common.loading')}</p>}
      {receipt !== null && (
        <div className="stack">
          <div className="not-printed">
            <Choice
              label={t('receipt.language')}
              value={language}
              options={LANGUAGES.map((value) => ({ value, label: t(`receipt.language_${value}`) }))}
              onChange={setLanguage}
            />
          </div>
          <Paper receipt={receipt} language={language} />
          <div className="row not-printed">
            <Button tone="primary" onClick={() => print()}>
              {t('receipt.print')}
            </Button>
            <Button onClick={onClose}>{t('common.close')}</Button>
          </div>
          <SendReceipt logId={logId} language={language} />
        </div>
      )}
    </Dialog>
  );
};

/** The receipt itself: the only thing that is printed. */
const Paper = ({ receipt, language }: { receipt: Receipt; language: Language }) => {
  const session = useSystem((state) => state.session);
  const { title, festival, lines, foot } = receiptLines(receipt, {
    language,
    timeZone: timeZone() ?? 'UTC',
    festival: session?.festival.name ?? '',
  });
  return (
    <section className="receipt" lang={language} aria-label={title}>
      {festival !== '' && <p className="receipt-festival">{festival}</p>}
      <h3>{title}</h3>
      <dl>
        {lines.map(([label, value], index) => (
          <div key={label} className={index === 0 ? 'receipt-amount' : ''}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{foot}</p>
    </section>
  );
};
