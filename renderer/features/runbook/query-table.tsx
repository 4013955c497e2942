import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueryResult } from '../../../shared/domain/run.ts';
import { formatTime } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { cellText, columnName, isMoney } from './query-cell.ts';

/** A result that a step has kept is not of this moment any more once it is older than this, by the laptop's clock. */
const KEPT_MS = 10_000;

/** Rows before the others are asked for: what comes after the table stays in reach, and the page scrolls as one. */
const FIRST = 20;

/** What a query step found, with when it was asked. */
export const QueryTable = (props: {
  /** What the step asks: several results may stand on one screen. */
  title: string;
  result: QueryResult;
  saved?: boolean;
}) => {
  const { t } = useTranslation();
  const { title, result, saved } = props;
  const [all, setAll] = useState(false);
  const [isOld] = useState(() => Date.now() - Date.parse(result.at) > KEPT_MS);
  const name = `${t('common.label', { label: t('alert.evidence') })} ${title}`;
  return (
    <div className="stack">
      <p className="quiet">
        {(saved ?? isOld)
          ? t('runbook.asOfSaved', { time: formatTime(result.at, { seconds: true }) })
          : t('runbook.live', { time: formatTime(result.at, { seconds: true }), ms: result.durationMs })}
      </p>
      {result.rows.length === 0 ? (
        <p>{t('runbook.noRows')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
        <section className="query-result" aria-label={name} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {result.columns.map((column, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
                  <th key={place} title={column} className={isMoney(column) ? 'number' : undefined}>
                    {columnName(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {result.rows.slice(0, all ? undefined : FIRST).map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two rows may be the same
                <tr key={index}>
                  {row.map((value, column) => {
                    const { text, as } = cellText(result.columns[column] ?? '', value);
                    return (
                      // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
                      <td key={column} className={as === 'raw' ? 'mono' : as} title={text}>
                        {text}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {!all && result.rows.length > FIRST && (
        <div className="row">
          <Button onClick={() => setAll(true)}>{t('runbook.allRows', { count: result.rows.length })}</Button>
        </div>
      )}
      {result.truncated && <p className="quiet">{t('runbook.truncated')}</p>}
      {result.cut && <p className="quiet">{t('runbook.cut')}</p>}
    </div>
  );
};
