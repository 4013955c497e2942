import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';

type Column = { readonly id: string; readonly header: string; readonly sortBy?: unknown; readonly align?: 'end' };

/** The headings, which sort. */
export const TableHead = (props: {
  columns: readonly Column[];
  sort: { readonly column: string; readonly descending: boolean } | null;
  onSort: (column: string) => void;
  selection: { all: boolean; some: boolean; onAll: (on: boolean) => void } | undefined;
}) => {
  const { t } = useTranslation();
  const { columns, sort, onSort, selection } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the table's layout is a grid
    // biome-ignore lint/a11y/useFocusableInteractive: what acts in it has the focus
    <div role="row" className="table-head" aria-rowindex={1}>
      {selection && (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: as above
        <span role="columnheader" className="table-cell">
          <input
            type="checkbox"
            aria-label={t('common.selectAll')}
            checked={selection.all}
            ref={(box) => {
              if (box !== null) box.indeterminate = selection.some && !selection.all;
            }}
            onChange={(event) => selection.onAll(event.target.checked)}
          />
        </span>
      )}
      {columns.map((column) => {
        const { id, header, align } = column;
        const sorted = sort?.column === id ? (sort.descending ? 'descending' : 'ascending') : undefined;
        const Arrow = sorted === 'descending' ? ArrowDown : ArrowUp;
        return (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <span
            key={id}
            role="columnheader"
            data-column={id}
            aria-sort={sorted}
            className={align === 'end' ? 'table-cell table-cell-end' : 'table-cell'}
          >
            {column.sortBy === undefined ? (
              header
            ) : (
              <button type="button" className="table-sort" onClick={() => onSort(id)}>
                {header}
                {sorted !== undefined && <Arrow size={14} aria-hidden="true" />}
              </button>
            )}
          </span>
        );
      })}
    </div>
  );
};
