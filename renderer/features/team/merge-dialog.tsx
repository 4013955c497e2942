import { Command } from 'cmdk';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { titleOf } from '../../sentence.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { byUrgency } from '../alert/by-urgency.ts';
import { mergeInto } from './actions.ts';
import './team.css';

/** Chooses the open incident that this one becomes part of. */
export const MergeDialog = ({ alert, onClose }: { alert: Alert; onClose: () => void }) => {
  const { t } = useTranslation();
  const byId = useAlerts((state) => state.byId);
  // Those of the same card and kind are the likely ones: first, then as on the board.
  const near = (other: Alert): number =>
    Number(alert.lead.cardId !== null && other.lead.cardId === alert.lead.cardId) * 2 +
    Number(other.lead.algorithm === alert.lead.algorithm);
  const others = [...(byId?.values() ?? [])]
    .filter((one) => one.open && one.incidentId !== alert.incidentId)
    .sort((a, b) => near(b) - near(a) || byUrgency(a, b));
  return (
    <Dialog title={t('team.mergeTitle')} onClose={onClose}>
      <div className="stack merge-text">
        <strong>{titleOf(alert)}</strong>
        <p className="quiet">{t('team.mergeText')}</p>
      </div>
      <Command label={t('team.mergeTitle')} className="palette">
        <Command.Input className="bare-input" autoFocus placeholder={t('team.mergeSearch')} />
        <Command.List className="palette-list">
          <Command.Empty>{t('team.mergeEmpty')}</Command.Empty>
          {others.map((other) => (
            <Command.Item
              key={other.incidentId}
              className="merge-item"
              value={`${titleOf(other)} ${other.incidentId}`}
              onSelect={() => {
                onClose();
                void mergeInto(alert, other);
              }}
            >
              <SeverityMark severity={other.lead.severity} /> {titleOf(other)}{' '}
              <span className="quiet">#{other.incidentId}</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
};
