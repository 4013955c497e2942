import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useLayoutEffect, useState } from 'react';
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

/** More than these would cover what somebody works with. */
const SHOWN = 3;

/**
 * What has just happened, with what can be done about it. A live region, not a dialog: it takes no focus. Of many the newest
 * are shown, and the earlier ones on request: what can be undone can be for as long as it is offered.
 */
export const Toasts = ({ toasts, onDrop }: { toasts: readonly Toast[]; onDrop: (id: number) => void }) => {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const earlier = toasts.length - SHOWN;
  if (all && earlier <= 0) setAll(false);
  const some = toasts.length > 0;
  useLayoutEffect(() => {
    document.body.toggleAttribute('data-toasts', some);
    return () => document.body.removeAttribute('data-toasts');
  }, [some]);
  return (
    <section className="toasts" role="status" aria-live="polite">
      {earlier > 0 && !all && (
        <Button className="toasts-earlier" onClick={() => setAll(true)}>
          {t('common.earlierToasts', { count: earlier })}
        </Button>
      )}
      {(all ? toasts : toasts.slice(-SHOWN)).map((toast) => {
        const { id, text, tone, undo, action } = toast;
        const Icon = tone === 'bad' ? CircleAlert : CircleCheck;
        const then = undo === undefined ? action : { label: t('common.undo'), act: undo };
        return (
          <div key={id} className={`toast toast-${tone}`}>
            <Icon size={16} aria-hidden="true" />
            <span className="toast-text">{text}</span>
            {then && (
              <Button
                onClick={() => {
                  then.act();
                  onDrop(id);
                }}
              >
                {then.label}
              </Button>
            )}
            <Button tone="quiet" className="icon-button" aria-label={t('common.close')} onClick={() => onDrop(id)}>
              <X size={16} aria-hidden="true" />
            </Button>
          </div>
        );
      })}
    </section>
  );
};
