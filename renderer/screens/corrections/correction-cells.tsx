import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisterRow } from '../../../shared/contract/register.ts';
import type { Cents } from '../../../shared/domain/money.ts';
import { formatMoney, i18n } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { IdText } from '../../ui/id-text.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../visible-text.ts';
import { kindName } from './kind-name.ts';

type Cell = { row: RegisterRow; onOpen: (row: RegisterRow) => void };
type Column = {
  readonly id: 'at' | 'kind' | 'card' | 'place' | 'amount' | 'ledger' | 'reason' | 'operator' | 'approver';
  readonly width: string;
  readonly align?: 'end';
  /** Beside an open correction there is no room for all of them; the drawer has them all. */
  readonly leaves?: number;
  readonly cell: (props: Cell) => ReactNode;
};

/** An amount with its sign; of a row that somebody has changed there may be none. */
export const amountText = (amount: Cents | null): string =>
  amount === null ? i18n.t('register.noAmount') : formatMoney(amount, { signed: true });

const Short = ({ text }: { text: string | null }) => (
  <span className="ellipsis corrections-short" title={text === null ? undefined : visibleText(text)}>
    <bdi>{text === null ? '' : visibleText(text)}</bdi>
  </span>
);

/** Whether it was undone, or undoes another one: few are, and no column is kept for them. */
const State = ({ row }: { row: RegisterRow }) => {
  const { t } = useTranslation();
  if (row.undoneBy === null && row.undoes === null) return null;
  return <span className="quiet">{t(row.undoneBy === null ? 'register.undoes' : 'register.undone')}</span>;
};

export const CORRECTION_COLUMNS: readonly Column[] = [
  { id: 'at', width: '100px', cell: ({ row }) => <Time at={row.at} /> },
  {
    ...{ id: 'kind', width: 'minmax(120px, 1.5fr)' },
    cell: ({ row, onOpen }) => (
      <div className="corrections-kind">
        <button type="button" className="corrections-open" title={kindName(row.kind)} onClick={() => onOpen(row)}>
          <span className="ellipsis corrections-short">{kindName(row.kind)}</span>
        </button>
        <State row={row} />
      </div>
    ),
  },
  {
    ...{ id: 'card', width: '136px' },
    cell: ({ row: { cardId } }) => (
      <a href={hrefOf({ screen: 'card', cardId })}>
        <IdText id={cardId} copy={false} />
      </a>
    ),
  },
  { id: 'place', width: 'minmax(60px, 1fr)', leaves: 5, cell: ({ row }) => <Short text={row.place} /> },
  { id: 'amount', width: '86px', align: 'end', cell: ({ row }) => amountText(row.cardDeltaCents) },
  { id: 'ledger', width: '100px', align: 'end', leaves: 3, cell: ({ row }) => amountText(row.ledgerDeltaCents) },
  { id: 'reason', width: 'minmax(88px, 2fr)', leaves: 2, cell: ({ row }) => <Short text={row.reason} /> },
  { id: 'operator', width: 'minmax(60px, 1fr)', leaves: 1, cell: ({ row }) => <Short text={row.operator} /> },
  { id: 'approver', width: 'minmax(80px, 1fr)', leaves: 4, cell: ({ row }) => <Short text={row.approver} /> },
];
