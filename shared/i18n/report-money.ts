import type { FestivalReport } from '../domain/report.ts';
import type { DocumentFact, DocumentSection, DocumentTable } from '../domain/report-document.ts';
import { fill } from './fill.ts';
import type { ReportCells } from './report-cells.ts';
import { plainMoney, plainNumber, shortDay } from './report-format.ts';

type Money = FestivalReport['money'];

/** What the festival took and owes, and whether both ways of counting come to the same. */
export const moneySection = (cells: ReportCells, { money }: FestivalReport): DocumentSection => {
  const { words, language, chart } = cells;
  const shown = (amount: number) => plainMoney(amount, language);
  return {
    id: 'money',
    heading: words.money,
    paragraphs: [reconciliation(cells, money), ordersSentence(cells, money)],
    facts: moneyFacts(cells, money),
    charts: [
      ...chart(
        'columns',
        words.takingsByDay,
        money.days.rows.map(({ day, takings }) => ({ label: shortDay(day), value: takings, shown: shown(takings) })),
      ),
      ...chart(
        'bars',
        words.takingsByPlace,
        money.places.rows
          .filter(({ takings }) => takings > 0)
          .sort((a, b) => b.takings - a.takings)
          .slice(0, MOST_BARS)
          .map(({ place, takings }) => ({
            label: place === '' ? words.noPlace : place,
            value: takings,
            shown: shown(takings),
          })),
      ),
    ],
    tables: moneyTables(cells, money),
  };
};
const MOST_BARS = 15;

const reconciliation = ({ words, language }: ReportCells, { liabilities }: Money): string => {
  const { differing, historyShrank, onCards, byLog, difference } = liabilities;
  if (historyShrank) return words.reconcilesShrank;
  const count = differing.rows.length + differing.left;
  if (count === 0) return words.reconciles;
  return fill(words.reconcilesNot, {
    onCards: plainMoney(onCards, language),
    byLog: plainMoney(byLog, language),
    difference: plainMoney(difference, language),
    count: plainNumber(count, language),
  });
};

const ordersSentence = ({ words, language }: ReportCells, { orders }: Money): string => {
  if (orders === null) return words.ordersUnreadable;
  if (orders.differing.rows.length === 0 && orders.difference === 0) return words.ordersReconcile;
  return fill(words.ordersReconcileNot, {
    byLog: plainMoney(orders.byLog, language),
    byOrders: plainMoney(orders.byOrders, language),
    difference: plainMoney(orders.difference, language),
  });
};

const moneyFacts = ({ words, money: amount, count }: ReportCells, { total, liabilities }: Money): DocumentFact[] => [
  { id: 'takings', label: words.takings, cell: amount(total.takings) },
  { id: 'top_ups', label: words.topUps, cell: amount(total.topUps) },
  { id: 'failed', label: words.failed, cell: count(total.failed) },
  { id: 'on_cards', label: words.onCards, cell: amount(liabilities.onCards) },
  { id: 'by_log', label: words.byLog, cell: amount(liabilities.byLog) },
  { id: 'difference', label: words.difference, cell: amount(liabilities.difference) },
  { id: 'cards', label: words.cards, cell: count(liabilities.cards) },
  { id: 'negative_cards', label: words.negative, cell: count(liabilities.negativeCards) },
  { id: 'negative', label: words.negativeSum, cell: amount(liabilities.negative) },
  ...(liabilities.withoutAmount > 0
    ? [{ id: 'without_amount', label: words.withoutAmount, cell: count(liabilities.withoutAmount) }]
    : []),
  ...(liabilities.unreadable > 0
    ? [{ id: 'unreadable', label: words.unreadable, cell: count(liabilities.unreadable) }]
    : []),
];

type Taken = Money['total'];

const takenColumns = ({ words, money, count, share }: ReportCells) => [
  { id: 'transactions', label: words.count, number: true, of: (row: Taken) => count(row.transactions) },
  {
    ...{ id: 'failed_share', label: words.share, number: true },
    of: (row: Taken) => share(row.transactions === 0 ? null : row.failed / row.transactions),
  },
  { id: 'takings', label: words.takingsShort, number: true, of: (row: Taken) => money(row.takings) },
  { id: 'top_ups', label: words.topUpsShort, number: true, of: (row: Taken) => money(row.topUps) },
];

const moneyTables = (cells: ReportCells, { days, places, types, liabilities, orders }: Money): DocumentTable[] => {
  const { words, money, count, day, place, table } = cells;
  const number = true;
  return [
    table('takings_by_day', words.byDay, days, [
      { id: 'day', label: words.day, of: (row) => day(row.day) },
      ...takenColumns(cells),
    ]),
    table('takings_by_place', words.byPlace, places, [
      { id: 'place', label: words.place, wide: 2.5, of: (row) => place(row.place) },
      ...takenColumns(cells),
    ]),
    table('types', words.byType, types, [
      { id: 'type', label: words.type, wide: 2, of: ({ type }) => type },
      { id: 'status', label: words.status, wide: 1.3, of: ({ status }) => status },
      { id: 'count', label: words.count, number, of: (row) => count(row.count) },
      { id: 'amount', label: words.amount, number, of: ({ amount }) => money(amount) },
      { id: 'expected', label: words.expected, number, of: ({ expected }) => money(expected) },
    ]),
    ...(liabilities.differing.rows.length === 0 ? [] : [cardsTable(cells, liabilities.differing)]),
    ...(orders === null ? [] : orderTables(cells, orders)),
  ];
};

const cardsTable = ({ words, money, table }: ReportCells, differing: Money['liabilities']['differing']) =>
  table('cards_differing', words.cardsDiffering, differing, [
    { id: 'card', label: words.card, wide: 2, of: ({ cardId }) => cardId },
    { id: 'on_card', label: words.onCard, number: true, of: ({ onCard }) => money(onCard) },
    { id: 'by_log', label: words.byLogShort, number: true, of: ({ byLog }) => money(byLog) },
    { id: 'difference', label: words.difference, number: true, of: ({ difference }) => money(difference) },
  ]);

const orderTables = (
  { words, money, place, table }: ReportCells,
  { places, differing }: NonNullable<Money['orders']>,
): DocumentTable[] => {
  const number = true;
  return [
    table('takings_by_log_and_orders', words.ordersByPlace, places, [
      { id: 'place', label: words.place, wide: 2, of: (row) => place(row.place) },
      { id: 'by_log', label: words.byLogShort, number, of: ({ byLog }) => money(byLog) },
      { id: 'by_orders', label: words.byOrders, number, of: ({ byOrders }) => money(byOrders) },
      { id: 'difference', label: words.difference, number, of: ({ difference }) => money(difference) },
    ]),
    ...(differing.rows.length === 0
      ? []
      : [
          table('orders_differing', words.ordersDiffering, differing, [
            { id: 'place', label: words.place, wide: 1.5, of: (row) => place(row.place) },
            { id: 'card', label: words.card, wide: 1.5, of: ({ cardId }) => cardId },
            { id: 'log_id', label: words.logId, of: ({ logId }) => logId },
            { id: 'request', label: words.request, wide: 2, of: ({ request }) => request },
            { id: 'by_log', label: words.byLogShort, number, of: ({ byLog }) => money(byLog) },
            { id: 'by_orders', label: words.byOrders, number, of: ({ byOrders }) => money(byOrders) },
          ]),
        ]),
  ];
};
