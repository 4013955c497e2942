import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import { useSystem } from '../../stores/system.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { CommandButton } from '../operators/command-button.tsx';
import { acknowledge, openCorrection, openReason, openRunbook, take, unacknowledge } from './actions.ts';

export const Actions = ({ alert, running }: { alert: Alert; running: boolean }) => {
  const { t } = useTranslation();
  const operator = useSystem((state) => state.session?.operator ?? null);
  const { lead } = alert;
  return (
    <div className="row">
      <Button tone="primary" onClick={() => openRunbook(alert)}>
        {t(running ? 'alert.resumeRunbook' : 'alert.runbook')}
      </Button>
      {lead.acknowledgedAt === null ? (
        <CommandButton needs="alert.acknowledge" onClick={() => void acknowledge(alert)}>
          {t('alert.acknowledge')}
        </CommandButton>
      ) : (
        (lead.takenBy === null || lead.takenBy === operator) && (
          <CommandButton needs="alert.unacknowledge" onClick={() => void unacknowledge(alert)}>
            {t(lead.takenBy === null ? 'alert.unacknowledge' : 'alert.unassign')}
          </CommandButton>
        )
      )}
      {(operator === null || lead.takenBy !== operator) && (
        <CommandButton needs="alert.take" onClick={() => void take(alert)}>
          {lead.takenBy === null ? t('alert.take') : t('alert.takeOver', { name: lead.takenBy })}
        </CommandButton>
      )}
      {alert.storm !== null && lead.cardId !== null && (
        <CommandButton
          needs="correction.proposeBulk"
          tone="primary"
          onClick={() =>
            openDialog({
              kind: 'bulk',
              incidentId: alert.incidentId,
              eventId: lead.eventId,
              opening: alert.storm === 'opening_balances',
            })
          }
        >
          {t('proposals.correctAll')}
        </CommandButton>
      )}
      {lead.cardId !== null && (
        <CommandButton needs="correction.apply" onClick={() => openCorrection(alert)}>
          {t('alert.correct')}
        </CommandButton>
      )}
      <CommandButton needs="alert.note" onClick={() => openReason('note', alert)}>
        {t('alert.note')}
      </CommandButton>
      <CommandButton needs="alert.snooze" onClick={() => openReason('snooze', alert)}>
        {t('alert.snooze')}
      </CommandButton>
      <CommandButton needs="silence.start" onClick={() => openDialog({ kind: 'silence', alert })}>
        {t('team.silence')}
      </CommandButton>
      <CommandButton needs="alert.merge" onClick={() => openDialog({ kind: 'merge', alert })}>
        {t('team.merge')}
      </CommandButton>
      <CommandButton needs="alert.falsePositive" onClick={() => openReason('falsePositive', alert)}>
        {t('alert.falsePositive')}
      </CommandButton>
      <CommandButton needs="alert.resolve" onClick={() => openReason('resolve', alert)}>
        {t('alert.resolve')}
      </CommandButton>
    </div>
  );
};
