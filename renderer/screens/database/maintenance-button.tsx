import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Maintenance } from '../../../shared/domain/maintenance.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { MaintenanceDialog } from './maintenance-dialog.tsx';

/** Maintenance of the server, or of what belongs to no row of a panel. */
export const MaintenanceButton = ({ kind }: { kind: Maintenance['kind'] }) => {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className="row">
      <CommandButton needs="database.maintain" onClick={() => setOpen(true)}>
        {t(`database.do_${kind}`)}
      </CommandButton>
      {open && <MaintenanceDialog kind={kind} relation={null} onClose={() => setOpen(false)} />}
    </div>
  );
};
