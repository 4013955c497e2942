import { useTranslation } from 'react-i18next';
import { usePending, useProposals } from '../../features/approvals/use-proposals.ts';
import { useCurrentLists } from '../../features/checklists/use-checklists.ts';
import { FOLLOW_UPS, useFollowUps } from '../../features/log/follow-ups.tsx';
import { useRunbookText } from '../../features/runbook/use-runbook-text.ts';
import { formatSpan, formatTime } from '../../i18n.ts';
import { useCall } from '../../query.ts';
import { goTo } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { Tile } from '../../ui/tile.tsx';

/** What people have to do by a time, beside the alerts: each tile leads to it. What is not there takes no room. */
export const DueTiles = () => (
  <>
    <FollowUpsTile />
    <ChecklistsTile />
    <ApprovalsTile />
    <HandoverTile />
  </>
);

const FollowUpsTile = () => {
  const { t } = useTranslation();
  const { lines, overdue } = useFollowUps();
  const by = lines[0]?.followUp?.by;
  return (
    <Tile
      label={t('board.tile_followUps')}
      value={lines.length}
      more={
        overdue > 0
          ? t('board.tile_followUpsOverdue', { count: overdue })
          : by && t('board.tile_due', { time: formatTime(by) })
      }
      tone={overdue > 0 ? 'red' : 'plain'}
      onPress={() => goTo(FOLLOW_UPS)}
    />
  );
};

const ChecklistsTile = () => {
  const { t } = useTranslation();
  const text = useRunbookText();
  const due = useCurrentLists().filter((list) => list.due);
  const [first] = due;
  if (first === undefined) return null;
  const late = due.some(({ lateMs }) => lateMs > 0);
  const { dueAt } = first.window;
  return (
    <Tile
      label={t('checklists.tile')}
      value={due.length}
      more={
        first.lateMs > 0
          ? t('checklists.overdue', { age: formatSpan(first.lateMs) })
          : dueAt === null
            ? text(first.checklist.title)
            : t('board.tile_due', { time: formatTime(dueAt) })
      }
      tone={late ? 'red' : 'amber'}
      onPress={() => goTo({ screen: 'checklists', run: null })}
    />
  );
};

const ApprovalsTile = () => {
  const { t } = useTranslation();
  const pending = usePending(useProposals());
  if (pending.length === 0) return null;
  const ends = pending.map(({ expiresAt }) => Date.parse(expiresAt));
  return (
    <Tile
      label={t('board.tile_approvals')}
      value={pending.length}
      more={t('board.tile_due', { time: formatTime(new Date(Math.min(...ends)).toISOString()) })}
      tone="amber"
      onPress={() => goTo({ screen: 'approvals' })}
    />
  );
};

const HandoverTile = () => {
  const { t } = useTranslation();
  const operator = useSystem((state) => state.session?.operator ?? null);
  const handovers = useCall('handover.get', {}).data?.handovers ?? [];
  const offer = handovers.find(({ acceptedAt, endedAt, from }) => !acceptedAt && !endedAt && from !== operator);
  if (offer === undefined) return null;
  return (
    <Tile
      label={t('board.tile_handover')}
      value={offer.from}
      more={t('board.tile_since', { time: formatTime(offer.offeredAt) })}
      tone="amber"
      onPress={() => goTo({ screen: 'handover' })}
    />
  );
};
