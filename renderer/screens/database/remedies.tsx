import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Panel, PanelRow } from '../../../shared/domain/database-panel.ts';
import type { Maintenance } from '../../../shared/domain/maintenance.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { EndSessionDialog } from './end-session-dialog.tsx';
import { MaintenanceDialog } from './maintenance-dialog.tsx';

const NO_REMEDIES: readonly Maintenance['kind'][] = [];

/** What can be done about a row: nothing where this login doesn't see enough of it. */
const kindsFor = ({ relation }: PanelRow): readonly Maintenance['kind'][] => {
  if (relation === null) return NO_REMEDIES;
  if (relation.kind === 'index') return ['reindex'];
  const guide =
    relation.schema === 'public' && ['monitoring_events', 'system_health_snapshots'].includes(relation.name);
  return ['vacuum', 'analyze', ...(guide ? (['fillfactor'] as const) : [])];
};

/** Whether rows of a panel have anything that can be done about them. */
export const hasRemedies = ({ rows }: Panel): boolean =>
  rows.some(({ session, relation }) => session !== null || relation !== null);

type Asked =
  | { readonly remedy: 'database.cancel' | 'database.terminate' }
  | { readonly remedy: 'maintain'; readonly kind: Maintenance['kind'] };

export const RowRemedies = ({ row, name }: { row: PanelRow; name: string }) => {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <div className="row database-remedies">
      {row.session !== null &&
        (['database.cancel', 'database.terminate'] as const).map((remedy) => (
          <CommandButton key={remedy} needs={remedy} onClick={() => setAsked({ remedy })}>
            {t(`database.do_${remedy === 'database.cancel' ? 'cancel' : 'terminate'}`)}
          </CommandButton>
        ))}
      {kindsFor(row).map((kind) => (
        <CommandButton key={kind} needs="database.maintain" onClick={() => setAsked({ remedy: 'maintain', kind })}>
          {t(`database.do_${kind}`)}
        </CommandButton>
      ))}
      {asked !== null && asked.remedy !== 'maintain' && row.session !== null && (
        <EndSessionDialog remedy={asked.remedy} session={row.session} name={name} onClose={close} />
      )}
      {asked?.remedy === 'maintain' && <MaintenanceDialog kind={asked.kind} relation={row.relation} onClose={close} />}
    </div>
  );
};
