import { useTranslation } from 'react-i18next';
import { hrefOf, type Route } from '../routes.ts';

/** The way between the screens. Rooms that do not exist yet have no door. */
export const Rail = ({ route, running }: { route: Route; running: number | null }) => {
  const { t } = useTranslation();
  const doors: { name: 'board' | 'card' | 'runbook' | 'health' | 'settings'; to: Route }[] = [
    { name: 'board', to: { screen: 'board', incidentId: null } },
    { name: 'card', to: { screen: 'card', cardId: null } },
    ...(running === null
      ? []
      : [{ name: 'runbook' as const, to: { screen: 'runbook' as const, incidentId: running } }]),
    { name: 'health', to: { screen: 'health' } },
    { name: 'settings', to: { screen: 'settings' } },
  ];
  return (
    <nav className="rail" aria-label={t('common.navigation')}>
      {doors.map(({ name, to }) => (
        <a key={name} href={hrefOf(to)} aria-current={route.screen === name ? 'page' : undefined}>
          {t(`common.${name}`)}
        </a>
      ))}
    </nav>
  );
};
