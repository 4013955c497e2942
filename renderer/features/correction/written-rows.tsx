import { useTranslation } from 'react-i18next';
import type { CardFigures, Deltas } from '../../../shared/domain/correction.ts';
import { figuresAfter } from '../../../shared/domain/correction.ts';
import { cents, toNumeric } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { shownId } from '../../shown-id.ts';

/** The rows that a correction will write, for whoever wants to see them before. */
export const WrittenRows = (props: {
  cardId: string;
  before: CardFigures;
  deltas: Deltas;
  eventId: RowId | null;
  operator: string;
}) => {
  const { t } = useTranslation();
  const { cardId, before, deltas, eventId, operator } = props;
  const after = figuresAfter(before, deltas);
  const moved = deltas.cardDelta === 0 ? deltas.ledgerDelta : deltas.cardDelta;
  return (
    <details>
      <summary>{t('correction.details')}</summary>
      <ul className="correction-rows mono">
        <li>
          {t('correction.row_log', {
            amount: toNumeric(cents(Math.abs(moved))),
            before: toNumeric(before.actual),
            after: toNumeric(after.actual),
          })}
        </li>
        <li>
          {deltas.cardDelta === 0
            ? t('correction.row_card_unchanged')
            : t('correction.row_card', {
                card: shownId(cardId),
                before: toNumeric(before.actual),
                after: toNumeric(after.actual),
              })}
        </li>
        {eventId !== null && <li>{t('correction.row_event', { event: eventId })}</li>}
        <li>{t('correction.row_audit', { operator })}</li>
      </ul>
    </details>
  );
};
