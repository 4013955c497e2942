import { useTranslation } from 'react-i18next';
import { dropToast, useUi } from '../stores/ui.ts';
import { Button } from './button.tsx';
import './toasts.css';

export const Toasts = () => {
  const { t } = useTranslation();
  const toasts = useUi((ui) => ui.toasts);
  return (
    <section className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.tone}`}>
          <span>{toast.text}</span>
          {toast.undo && (
            <Button
              onClick={() => {
                toast.undo?.();
                dropToast(toast.id);
              }}
            >
              {t('common.undo')}
            </Button>
          )}
          {toast.action && (
            <Button
              onClick={() => {
                toast.action?.act();
                dropToast(toast.id);
              }}
            >
              {toast.action.words}
            </Button>
          )}
          <Button tone="quiet" aria-label={t('common.close')} onClick={() => dropToast(toast.id)}>
            ✕
          </Button>
        </div>
      ))}
    </section>
  );
};
