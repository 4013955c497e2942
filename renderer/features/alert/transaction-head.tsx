import { useTranslation } from 'react-i18next';

/**
 * The columns of a card's transactions.
 * @param props.narrow beside the board: the place stands below the type, and the expected balance in the picture above
 */
export const TransactionHead = ({ narrow = false }: { narrow?: boolean }) => {
  const { t } = useTranslation();
  return (
    <thead>
      <tr>
        <th>{t('alert.column_time')}</th>
        <th>{narrow ? t('alert.column_typeAndPlace') : t('alert.column_type')}</th>
        <th>{t('alert.column_status')}</th>
        <th className="number">{t('alert.column_amount')}</th>
        <th className="number">{t('alert.column_before')}</th>
        <th className="number">{t('alert.column_after')}</th>
        {!narrow && (
          <>
            <th className="number">{t('card.expected')}</th>
            <th>{t('alert.column_place')}</th>
          </>
        )}
      </tr>
    </thead>
  );
};
