import {
  Activity,
  BookOpen,
  CreditCard,
  Database,
  FileText,
  GraduationCap,
  Handshake,
  History,
  ListChecks,
  type LucideIcon,
  NotebookPen,
  Settings,
  Siren,
  Upload,
  UserCheck,
} from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { usePending, useProposals } from '../features/approvals/use-proposals.ts';
import { useCurrentLists } from '../features/checklists/use-checklists.ts';
import { useFollowUps } from '../features/log/follow-ups.tsx';
import { hrefOf, type Route } from '../routes.ts';
import { countOpen, useAlerts } from '../stores/alerts.ts';
import { useSystem } from '../stores/system.ts';
import { Count } from '../ui/badge.tsx';

/** How many wait behind a door; loud where somebody has to decide. */
type Waiting = { readonly count: number; readonly words: string; readonly loud?: boolean };
type Door = {
  readonly name: string;
  readonly icon: LucideIcon;
  readonly to: Route;
  readonly waiting?: readonly Waiting[];
};

/** The screens, by when they are needed: now, in a shift, to read, and for whoever keeps the system. */
const useDoors = (): readonly {
  readonly group: 'now' | 'shift' | 'guides' | 'system';
  readonly doors: readonly Door[];
}[] => {
  const { t } = useTranslation();
  const open = useAlerts(countOpen);
  const followUps = useFollowUps();
  const due = useCurrentLists().filter((list) => list.due);
  const toApprove = usePending(useProposals()).length;
  const waiting = useSystem((state) => state.status?.waiting ?? 0);
  const undecided = useSystem((state) => state.status?.undecided ?? 0);
  return [
    {
      group: 'now',
      doors: [
        {
          ...{ name: t('common.board'), icon: Siren, to: { screen: 'board', incidentId: null } },
          waiting: [{ count: open, words: t('board.open', { count: open }) }],
        },
        { name: t('common.card'), icon: CreditCard, to: { screen: 'card', cardId: null } },
        {
          ...{ name: t('log.title'), icon: NotebookPen, to: { screen: 'log', query: '' } },
          waiting: [
            {
              count: followUps.lines.length,
              words: t('log.followUps', { count: followUps.lines.length }),
              loud: followUps.overdue > 0,
            },
          ],
        },
        {
          ...{ name: t('proposals.navigation'), icon: UserCheck, to: { screen: 'approvals' } },
          waiting: [{ count: toApprove, words: t('proposals.count', { count: toApprove }), loud: true }],
        },
      ],
    },
    {
      group: 'shift',
      doors: [
        {
          ...{ name: t('checklists.title'), icon: ListChecks, to: { screen: 'checklists', run: null } },
          waiting: [{ count: due.length, words: t('checklists.due'), loud: due.some(({ lateMs }) => lateMs > 0) }],
        },
        { name: t('common.handover'), icon: Handshake, to: { screen: 'handover' } },
        { name: t('history.title'), icon: History, to: { screen: 'history', incidentId: null, query: '' } },
      ],
    },
    {
      group: 'guides',
      doors: [
        { name: t('common.runbooks'), icon: BookOpen, to: { screen: 'runbooks', runId: null } },
        { name: t('drills.title'), icon: GraduationCap, to: { screen: 'drills', drillId: null } },
      ],
    },
    {
      group: 'system',
      doors: [
        { name: t('common.health'), icon: Activity, to: { screen: 'health' } },
        { name: t('database.title'), icon: Database, to: { screen: 'database', section: 'now' } },
        { name: t('reports.title'), icon: FileText, to: { screen: 'reports' } },
        {
          ...{ name: t('waiting.navigation'), icon: Upload, to: { screen: 'waiting' } },
          waiting: [
            { count: waiting, words: t('common.waiting', { count: waiting }) },
            { count: undecided, words: t('waiting.undecided', { count: undecided }), loud: true },
          ],
        },
        { name: t('common.settings'), icon: Settings, to: { screen: 'settings', section: 'festival' } },
      ],
    },
  ];
};

/** Behind which door a screen is: the register of corrections stands beside the history. */
const doorOf = (screen: Route['screen']): Route['screen'] => (screen === 'corrections' ? 'history' : screen);

/** The way between the screens; icons alone where there is little room. */
export const Navigation = memo(({ screen }: { screen: Route['screen'] }) => {
  const { t } = useTranslation();
  return (
    <nav className="navigation" aria-label={t('common.navigation')}>
      {useDoors().map(({ group, doors }) => (
        <section key={group} aria-label={t(`common.group_${group}`)}>
          <h2 className="navigation-group">{t(`common.group_${group}`)}</h2>
          <ul>
            {doors.map((door) => (
              <li key={door.to.screen}>
                <DoorLink door={door} current={doorOf(screen) === door.to.screen} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
});

const DoorLink = ({ door: { name, icon: Icon, to, waiting = [] }, current }: { door: Door; current: boolean }) => {
  const counted = waiting.filter(({ count }) => count > 0);
  const described = counted.map(({ words }) => words).join(', ');
  return (
    <a
      href={hrefOf(to)}
      // Its name stays its name, whatever waits: the counts describe it.
      aria-label={name}
      aria-description={described === '' ? undefined : described}
      aria-current={current ? 'page' : undefined}
      title={described === '' ? name : `${name}: ${described}`}
    >
      <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
      <span className="navigation-name">{name}</span>
      {counted.map(({ count, words, loud }) => (
        <Count key={words} value={count} loud={loud ?? false} />
      ))}
    </a>
  );
};
