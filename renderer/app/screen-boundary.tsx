import type { ReactNode } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { useTranslation } from 'react-i18next';
import { goTo } from '../routes.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';

/** A screen that fails says so in its place; the bar, the alarms and the other screens go on. */
export const ScreenBoundary = ({ place, children }: { place: string; children: ReactNode }) => {
  const { t } = useTranslation();
  return (
    <ErrorBoundary
      resetKeys={[place]}
      fallbackRender={({ error, resetErrorBoundary }) => (
        <div className="screen">
          <ErrorState
            title={t('common.screenFailed')}
            text={t('common.screenFailedText')}
            detail={error instanceof Error ? error.message : undefined}
          >
            <Button tone="primary" onClick={resetErrorBoundary}>
              {t('common.showAgain')}
            </Button>
            <Button onClick={() => goTo({ screen: 'board', incidentId: null })}>{t('common.back')}</Button>
          </ErrorState>
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
};

/** An address that no screen has. */
export const UnknownScreen = ({ address }: { address: string }) => {
  const { t } = useTranslation();
  return (
    <div className="screen">
      <ErrorState title={t('common.unknownScreen')} text={t('common.unknownScreenText')} detail={address}>
        <Button tone="primary" onClick={() => goTo({ screen: 'board', incidentId: null })}>
          {t('common.back')}
        </Button>
      </ErrorState>
    </div>
  );
};
