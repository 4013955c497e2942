import { useTranslation } from 'react-i18next';
import type { Panel, PanelNote } from '../../../shared/domain/database-panel.ts';
import { formatBytes } from '../../features/maintenance/format-bytes.ts';
import { formatTime } from '../../i18n.ts';
import { CopiedText } from '../../ui/copied-text.tsx';
import { Fresh, type Tone } from '../../ui/fresh.tsx';
import { figureText } from './figure.ts';
import { MaintenanceButton } from './maintenance-button.tsx';
import { PanelTable } from './panel-table.tsx';

const TONES: Readonly<Partial<Record<Panel['level'], Tone>>> = { ok: 'good', warning: 'warn', critical: 'bad' };

/** One thing about the database: its figure with its threshold, since when and as of when, and what it means for the bars. */
export const DatabasePanel = ({ panel, dueMs }: { panel: Panel; dueMs: number }) => {
  const { t } = useTranslation();
  const { panel: id, level, value, kind, warning, critical } = panel;
  const heading = `database-${id}`;
  return (
    <section className="panel stack database-panel" aria-labelledby={heading} data-panel={id}>
      <div className="row database-head">
        <h2 id={heading}>{t(`database.panel_${id}`)}</h2>
        {value !== null && <span className="database-value">{figureText(value, kind)}</span>}
        <Fresh at={panel.at} dueMs={dueMs} tone={TONES[level] ?? 'stale'} dated>
          {t(`database.level_${level}`)}{' '}
          <span className="quiet">· {t('database.asOf', { time: formatTime(panel.at, { seconds: true }) })}</span>
        </Fresh>
        <span className="quiet">{t('database.since', { time: formatTime(panel.since, { seconds: true }) })}</span>
      </div>
      <p>
        <span className="quiet">{t('common.label', { label: t('database.meaning') })} </span>
        {t(`database.means_${id}`)}
      </p>
      {warning !== null && (
        <p className="quiet">
          {critical === null
            ? t('database.thresholdOne', { warning: figureText(warning, kind) })
            : t('database.threshold', {
                warning: figureText(warning, kind),
                critical: figureText(critical, kind),
              })}
        </p>
      )}
      {panel.notes.map((note) => (
        <p key={note.code}>{noteText(note, t)}</p>
      ))}
      {panel.grant !== null && (
        <div>
          <p>{t('database.grant')}</p>
          <CopiedText text={panel.grant} />
        </div>
      )}
      {panel.rows.length > 0 ? (
        <PanelTable panel={panel} />
      ) : (
        panel.columns.length > 0 && (
          <p className="quiet">{t(level === 'unknown' ? 'database.unseen' : 'database.none')}</p>
        )
      )}
      {id === 'connections' && <MaintenanceButton kind="max_connections" />}
      {id === 'statements' && <MaintenanceButton kind="refresh" />}
      <details>
        <summary>{t('runbook.showSql')}</summary>
        <CopiedText text={panel.sql} />
      </details>
    </section>
  );
};

/** Times, sizes and figures of a note as people write them. */
const noteText = ({ code, params }: PanelNote, t: ReturnType<typeof useTranslation>['t']): string =>
  t(
    `database.note_${code}`,
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => {
        if (typeof value === 'number') return [name, name === 'bytes' ? formatBytes(value) : value];
        return [name, ['at', 'from', 'to'].includes(name) ? formatTime(value, { seconds: true }) : value];
      }),
    ),
  );
