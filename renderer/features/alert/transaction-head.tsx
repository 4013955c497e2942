import { useTranslation } from 'react-i18next';

/** The columns of a card's transactions, with its expected balance after each where that is shown. */
export const TransactionHead = ({ expected = false }: { expected?: boolean }) => {
  const { t } = useTranslation();
  return (
    <thead>
      <tr>
        <th>{t('alert.column_time')}</th>
        <th>{t('alert.column_type')}</th>
        <th>{t('alert.column_status')}</th>
        <th className="number">{t('alert.column_amount')}</th>
        <th className="number">{t('alert.column_before')}</th>
        <th className="number">{t('alert.column_after')}</th>
        {expected && <th className="number">{t('card.expected')}</th>}
        <th>{t('alert.column_place')}</th>
      </tr>
    </thead>
  );
};
