import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import './dialog.css';

/** Whether any dialog is open: the keys are its own then. */
export const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;

/**
 * A modal dialog: the platform's own, which keeps the focus inside, closes with Escape and gives the focus back.
 * `onClose` is left out where the question must be answered.
 */
export const Dialog = (props: { title: string; onClose?: () => void; wide?: boolean; children: ReactNode }) => {
  const { t } = useTranslation();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    // Left alone, the browser takes the first button: the one that closes.
    dialog?.querySelector<HTMLElement>('input, textarea, select')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={props.wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose?.();
      }}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{props.title}</h2>
        {props.onClose && (
          <Button tone="quiet" aria-label={t('common.close')} onClick={props.onClose}>
            ✕
          </Button>
        )}
      </header>
      {props.children}
    </dialog>
  );
};
