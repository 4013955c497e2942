import {
  AlarmClock,
  BellOff,
  BookOpen,
  Check,
  CircleCheck,
  Merge,
  MoreHorizontal,
  ThumbsDown,
  Undo2,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { v4 as randomId } from 'uuid';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import type { CallName } from '../../../shared/contract/calls.ts';
import { isLocalId } from '../../../shared/domain/troubles.ts';
import { submit } from '../../commands.ts';
import { i18n } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { MenuItem } from '../../ui/popup.ts';
import { CommandButton } from '../operators/command-button.tsx';
import { useRefusals } from '../operators/use-may.ts';
import {
  acknowledge,
  openCorrection,
  openReason,
  openReasonForRows,
  openRunbook,
  type Together,
  take,
  unacknowledge,
} from './actions.ts';
import { type Primary, primaryOf } from './primary.ts';

/** What can be done, always in sight: what comes next, correction and note beside it, the rest in a menu. */
export const AlertFoot = ({ detail, row }: { detail: AlertDetail; row: Together }) => {
  const { t } = useTranslation();
  const operator = useSystem((state) => state.session?.operator ?? null);
  const { alert } = detail;
  const { lead, open } = alert;
  if (isLocalId(alert.incidentId)) return <LocalFoot detail={detail} row={row} />;
  return (
    <footer className="alert-foot">
      <PrimaryButton primary={primaryOf(detail, operator)} detail={detail} row={row} />
      {open && alert.storm !== null && lead.cardId !== null && (
        <CommandButton
          needs="correction.proposeBulk"
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
      {open && lead.cardId !== null && (
        <CommandButton needs="correction.apply" onClick={() => openCorrection(alert)}>
          {t('alert.correct')}
        </CommandButton>
      )}
      <CommandButton needs="alert.note" onClick={() => openReason('note', alert)}>
        {t('alert.note')}
      </CommandButton>
      {open && <More detail={detail} row={row} />}
    </footer>
  );
};

/** Of an alert that this laptop alone has: the festival's database knows nothing of it that could be changed. */
const LocalFoot = ({ detail: { alert, runbook }, row }: { detail: AlertDetail; row: Together }) => {
  const { t } = useTranslation();
  const acknowledged = alert.lead.acknowledgedAt !== null;
  return (
    <footer className="alert-foot">
      {alert.open && (
        <CommandButton
          needs={acknowledged ? 'alert.unacknowledge' : 'alert.acknowledge'}
          tone={acknowledged ? 'plain' : 'primary'}
          onClick={() => void (acknowledged ? unacknowledge(alert) : acknowledge([row]))}
        >
          {t(acknowledged ? 'alert.unacknowledge' : 'alert.acknowledge')}
        </CommandButton>
      )}
      {runbook !== null && <a href={hrefOf({ screen: 'runbooks', runbookId: runbook.id })}>{t('alert.runbook')}</a>}
      <p className="quiet">{t('alert.thisLaptopOnly')}</p>
    </footer>
  );
};

const PrimaryButton = ({ primary, detail, row }: { primary: Primary; detail: AlertDetail; row: Together }) => {
  const { t } = useTranslation();
  const { alert, runbook } = detail;
  switch (primary.act) {
    case 'reopen':
      return (
        <CommandButton needs="alert.reopen" tone="primary" onClick={() => openReason('reopen', alert)}>
          {t('alert.reopen')}
        </CommandButton>
      );
    case 'take':
      return (
        <CommandButton needs="alert.take" tone="primary" onClick={() => void take([row])}>
          {t('alert.take')}
        </CommandButton>
      );
    case 'takeOver':
      return (
        <CommandButton needs="alert.take" tone="primary" onClick={() => void take([{ alert, repeats: [] }])}>
          {t('alert.takeOver', { name: primary.from })}
        </CommandButton>
      );
    case 'start':
      return (
        <CommandButton
          needs="runbook.start"
          tone="primary"
          onClick={() => {
            const { eventId } = alert.lead;
            if (runbook === null) return;
            void submit('runbook.start', { eventId, runId: randomId(), runbookId: runbook.id }, { done: null });
            openRunbook(alert);
          }}
        >
          {t('alert.startRunbook')}
        </CommandButton>
      );
    case 'continue':
      return (
        <Button tone="primary" onClick={() => openRunbook(alert)}>
          {t('alert.continueRunbook', { step: primary.step, of: primary.of })}
        </Button>
      );
    case 'resolve':
      return (
        <CommandButton needs="alert.resolve" tone="primary" onClick={() => openReasonForRows('resolve', [row])}>
          {t('alert.resolve')}
        </CommandButton>
      );
  }
};

const More = ({ detail, row }: { detail: AlertDetail; row: Together }) => {
  const { t } = useTranslation();
  const refusals = useRefusals();
  const operator = useSystem((state) => state.session?.operator ?? null);
  const { alert } = detail;
  const { lead } = alert;
  const others = lead.takenBy !== null && lead.takenBy !== operator;
  const item = (needs: CallName, some: Omit<MenuItem, 'refused'> & { refused?: string | undefined }): MenuItem => ({
    ...some,
    refused: refusals(needs) ?? some.refused,
  });
  return (
    <Menu
      align="end"
      trigger={
        <Button aria-label={t('alert.more')}>
          <MoreHorizontal size={16} aria-hidden="true" />
        </Button>
      }
      groups={[
        [
          lead.acknowledgedAt === null
            ? item('alert.acknowledge', {
                ...{ label: t('alert.acknowledge'), icon: Check, shortcut: 'A' },
                act: () => void acknowledge([row]),
              })
            : item('alert.unacknowledge', {
                ...{ label: t(lead.takenBy === null ? 'alert.unacknowledge' : 'alert.unassign'), icon: Undo2 },
                refused: others ? i18n.t('alert.ofOther', { name: lead.takenBy ?? '' }) : undefined,
                act: () => void unacknowledge(alert),
              }),
          { label: t('alert.runbook'), icon: BookOpen, shortcut: 'R', act: () => openRunbook(alert) },
          item('alert.snooze', {
            ...{ label: t('alert.snooze'), icon: AlarmClock, shortcut: 'S' },
            act: () => openReasonForRows('snooze', [row]),
          }),
        ],
        [
          item('silence.start', {
            ...{ label: t('team.silence'), icon: BellOff },
            act: () => openDialog({ kind: 'silence', alert }),
          }),
          item('alert.merge', { label: t('team.merge'), icon: Merge, act: () => openDialog({ kind: 'merge', alert }) }),
        ],
        [
          item('alert.falsePositive', {
            ...{ label: t('alert.falsePositive'), icon: ThumbsDown, shortcut: 'F' },
            act: () => openReason('falsePositive', alert),
          }),
          item('alert.resolve', {
            ...{ label: t('alert.resolve'), icon: CircleCheck, shortcut: 'E' },
            act: () => openReasonForRows('resolve', [row]),
          }),
        ],
      ]}
    />
  );
};
