import { useTranslation } from 'react-i18next';
import type { CellKind, Panel, PanelRow } from '../../../shared/domain/database-panel.ts';
import { figureText } from './figure.ts';
import { hasRemedies, RowRemedies } from './remedies.tsx';

/** Figures stand right. */
const isFigure = (kind: CellKind): boolean => kind === 'count' || kind === 'bytes' || kind === 'ms' || kind === 'share';

const keyOf = ({ session, relation }: PanelRow): string | null => {
  if (session !== null) return `${session.pid} ${session.backendStart}`;
  return relation === null ? null : `${relation.schema}.${relation.name}`;
};

/** The rows of a panel; those of a tree stand below the one that they wait for. */
export const PanelTable = ({ panel }: { panel: Panel }) => {
  const { t } = useTranslation();
  const remedies = hasRemedies(panel);
  const name = t('common.tableOf', { name: t(`database.panel_${panel.panel}`) });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="scroll-x" tabIndex={0} aria-label={name}>
      <table className="database-table">
        <thead>
          <tr>
            {panel.columns.map(({ id, kind }) => (
              <th key={id} className={isFigure(kind) ? 'number' : undefined}>
                {t(`database.column_${id}`)}
              </th>
            ))}
            {remedies && <th>{t('database.remedies')}</th>}
          </tr>
        </thead>
        <tbody>
          {panel.rows.map((row, index) => (
            // A dialog that is open stays with the session or the table that it is about.
            <tr key={keyOf(row) ?? index} data-depth={row.depth}>
              {row.cells.map((cell, at) => {
                const kind = panel.columns[at]?.kind ?? 'text';
                return (
                  <td
                    key={panel.columns[at]?.id ?? at}
                    className={isFigure(kind) ? 'number' : kind === 'code' ? 'mono database-code' : undefined}
                    style={at === 0 && row.depth > 0 ? { '--depth': row.depth } : undefined}
                  >
                    {at === 0 && row.depth > 0 && <span aria-hidden="true">└ </span>}
                    {figureText(cell, kind)}
                  </td>
                );
              })}
              {remedies && (
                <td>
                  <RowRemedies row={row} name={String(row.cells[0] ?? '')} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
