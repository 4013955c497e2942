import type { TableSort } from '../../ui/table.tsx';

export const TABS = ['open', 'mine', 'unacknowledged', 'snoozed', 'closed'] as const;
export type BoardTab = (typeof TABS)[number];
export const GROUPINGS = ['none', 'place', 'kind'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const COLUMNS = ['severity', 'what', 'amount', 'card', 'place', 'owner', 'age', 'deadline'] as const;
export type ColumnId = (typeof COLUMNS)[number];
/** What a tile of the strip narrows the board to. */
export const ONLY = ['critical', 'unowned', 'money', 'failures', 'unsent'] as const;
export type Only = (typeof ONLY)[number];

/** What the board shows: everything that its address says. */
export type BoardView = {
  readonly tab: BoardTab;
  readonly group: Grouping;
  /** Null: the most urgent first. */
  readonly sort: TableSort | null;
  readonly only: readonly Only[];
  readonly text: string;
};

export const WHOLE_BOARD: BoardView = { tab: 'open', group: 'none', sort: null, only: [], text: '' };

const oneOf = <Value extends string>(values: readonly Value[], value: string | null): Value | undefined =>
  values.find((one) => one === value);

/** The part of the address behind the ?, without what is as always. */
export const writeView = ({ tab, group, sort, only, text }: BoardView): string => {
  const query = new URLSearchParams();
  if (tab !== WHOLE_BOARD.tab) query.set('tab', tab);
  if (group !== WHOLE_BOARD.group) query.set('group', group);
  if (sort !== null) query.set('sort', `${sort.descending ? '-' : ''}${sort.column}`);
  if (only.length > 0) query.set('only', [...only].sort().join(','));
  if (text !== '') query.set('text', text);
  return query.toString();
};

/** What such a part says; what it doesn't say, or says in a way that nobody knows, is as always. */
export const readView = (address: string): BoardView => {
  const query = new URLSearchParams(address);
  const [, minus, name = null] = /^(-?)(.*)$/.exec(query.get('sort') ?? '') ?? [];
  const column = oneOf(COLUMNS, name);
  return {
    tab: oneOf(TABS, query.get('tab')) ?? WHOLE_BOARD.tab,
    group: oneOf(GROUPINGS, query.get('group')) ?? WHOLE_BOARD.group,
    sort: column === undefined ? null : { column, descending: minus === '-' },
    only: [...new Set((query.get('only') ?? '').split(',').flatMap((one) => oneOf(ONLY, one) ?? []))],
    text: query.get('text') ?? '',
  };
};
