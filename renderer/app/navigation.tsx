import { useTranslation } from 'react-i18next';
import { usePending, useProposals } from '../features/approvals/use-proposals.ts';
import { hrefOf, type Route } from '../routes.ts';
import { useSystem } from '../stores/system.ts';

/** The way between the screens. */
export const Navigation = ({ route, running }: { route: Route; running: number | null }) => {
  const { t } = useTranslation();
  const items: {
    name: 'board' | 'card' | 'runbook' | 'runbooks' | 'waiting' | 'approvals' | 'handover' | 'health' | 'settings';
    to: Route;
  }[] = [
    { name: 'board', to: { screen: 'board', incidentId: null } },
    { name: 'card', to: { screen: 'card', cardId: null } },
    ...(running === null
      ? []
      : [{ name: 'runbook' as const, to: { screen: 'runbook' as const, incidentId: running } }]),
    { name: 'runbooks', to: { screen: 'runbooks', runId: null } },
    { name: 'waiting', to: { screen: 'waiting' } },
    { name: 'approvals', to: { screen: 'approvals' } },
    { name: 'handover', to: { screen: 'handover' } },
    { name: 'health', to: { screen: 'health' } },
    { name: 'settings', to: { screen: 'settings' } },
  ];
  return (
    <nav className="navigation" aria-label={t('common.navigation')}>
      {items.map(({ name, to }) => (
        <a key={name} href={hrefOf(to)} aria-current={route.screen === name ? 'page' : undefined}>
          {t(
            name === 'waiting'
              ? 'waiting.navigation'
              : name === 'approvals'
                ? 'proposals.navigation'
                : `common.${name}`,
          )}
          {name === 'approvals' && <ToApprove />}
          {name === 'waiting' && <Count />}
        </a>
      ))}
    </nav>
  );
};

/** What waits for a second person. */
const ToApprove = () => {
  const pending = usePending(useProposals()).length;
  return pending === 0 ? null : <span className="navigation-count navigation-count-loud">{pending}</span>;
};

/** What waits, and, loud, what has to be decided. */
const Count = () => {
  const { t } = useTranslation();
  const waiting = useSystem((state) => state.status?.waiting ?? 0);
  const undecided = useSystem((state) => state.status?.undecided ?? 0);
  return (
    <>
      {waiting > 0 && <span className="navigation-count">{waiting > 999 ? '999+' : waiting}</span>}
      {undecided > 0 && (
        <span className="navigation-count navigation-count-loud" title={t('waiting.undecided', { count: undecided })}>
          {undecided}
        </span>
      )}
    </>
  );
};
