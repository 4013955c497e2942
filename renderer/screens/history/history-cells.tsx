import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryRow } from '../../../shared/contract/history.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { type EventStatus, isOpen } from '../../../shared/domain/severity.ts';
import { formatMoney, i18n } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { nameOf, sentenceOf } from '../../sentence.ts';
import { IdText } from '../../ui/id-text.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../visible-text.ts';

type Cell = { row: HistoryRow; onOpen: (id: RowId) => void };
type HistoryColumn = {
  readonly id: 'detected' | 'severity' | 'what' | 'amount' | 'card' | 'place' | 'people' | 'state';
  readonly width: string;
  readonly align?: 'end';
  /** Beside an open alert there is no room for all of them. */
  readonly leaves?: number;
  readonly cell: (props: Cell) => ReactNode;
};

/** As on the board: the words of its kind beside the columns for amount, card and place; whoever hears it gets the sentence. */
const What = ({ row, onOpen }: Cell) => {
  const { t } = useTranslation();
  const sentence = visibleText(sentenceOf(row));
  const name = visibleText(nameOf(row));
  return (
    <>
      <button type="button" className="history-what" title={sentence} onClick={() => onOpen(row.incidentId)}>
        <bdi className="ellipsis">{name === '' ? `#${row.eventId}` : name}</bdi>
        {sentence !== name && <span className="visually-hidden">: {sentence}</span>}
      </button>
      {row.incidentId === row.eventId ? (
        row.others > 0 && <span className="quiet history-beside">{t('history.others', { count: row.others })}</span>
      ) : (
        <span className="quiet history-beside">{t('history.partOf', { incident: row.incidentId })}</span>
      )}
    </>
  );
};

/** The state of an alert in words. */
export const stateName = (status: EventStatus): string =>
  i18n.t(isOpen(status) ? `history.status_${status}` : `board.status_${status}`);

const State = ({ row: { status, kept } }: Cell) => {
  const { t } = useTranslation();
  return (
    <span className="quiet ellipsis">
      {stateName(status)}
      {kept !== 'alerts' && ` · ${t(`history.${kept}`)}`}
    </span>
  );
};

const names = (row: HistoryRow): string => row.people.map(visibleText).join(', ');

export const HISTORY_COLUMNS: readonly HistoryColumn[] = [
  { id: 'detected', width: '110px', cell: ({ row }) => <Time at={row.detectedAt} /> },
  { id: 'severity', width: '92px', cell: ({ row }) => <SeverityMark severity={row.severity} /> },
  { id: 'what', width: 'minmax(150px, 2fr)', cell: What },
  { id: 'state', width: 'minmax(90px, 1fr)', leaves: 1, cell: State },
  {
    ...{ id: 'amount', width: '92px', align: 'end' },
    cell: ({ row }) => (row.amountCents === null ? '' : formatMoney(row.amountCents)),
  },
  {
    ...{ id: 'card', width: '136px', leaves: 2 },
    cell: ({ row: { cardId } }) =>
      cardId === null ? (
        ''
      ) : (
        <a href={hrefOf({ screen: 'card', cardId })}>
          <IdText id={cardId} copy={false} />
        </a>
      ),
  },
  {
    ...{ id: 'place', width: 'minmax(90px, 1fr)', leaves: 3 },
    cell: ({ row: { place } }) => (
      <span className="ellipsis" title={place ?? undefined}>
        <bdi>{place === null ? '' : visibleText(place)}</bdi>
      </span>
    ),
  },
  {
    ...{ id: 'people', width: 'minmax(80px, 1fr)', leaves: 4 },
    cell: ({ row }) => (
      <span className="ellipsis" title={names(row)}>
        <bdi>{names(row)}</bdi>
      </span>
    ),
  },
];
