import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import './toasts.css';

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly undo?: () => void;
  /** Something else to do about it than to undo it. */
  readonly action?: { readonly label: string; readonly act: () => void };
};

export const Toasts = ({ toasts, onDrop }: { toasts: readonly Toast[]; onDrop: (id: number) => void }) => {
  const { t } = useTranslation();
  return (
    <section className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.tone}`}>
          <span>{toast.text}</span>
          {toast.undo && (
            <Button
              onClick={() => {
                toast.undo?.();
                onDrop(toast.id);
              }}
            >
              {t('common.undo')}
            </Button>
          )}
          {toast.action && (
            <Button
              onClick={() => {
                toast.action?.act();
                onDrop(toast.id);
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <Button tone="quiet" aria-label={t('common.close')} onClick={() => onDrop(toast.id)}>
            ✕
          </Button>
        </div>
      ))}
    </section>
  );
};
