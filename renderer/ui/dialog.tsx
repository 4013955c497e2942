import { createContext, type ReactNode, useContext, useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { keepFocus } from './dialog-focus.ts';
import './dialog.css';

/** Whether any dialog is open: the keys are its own then. */
export const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;

const CloseContext = createContext<() => void>(() => undefined);

/** Closes the dialog in which the component stands, and no other. */
export const useCloseDialog = (): (() => void) => useContext(CloseContext);

/**
 * A modal dialog: the platform's own, which keeps the focus inside, closes with Escape and gives the focus back. Its
 * contents may come later.
 */
export const Dialog = (props: { title: string; onClose: () => void; wide?: boolean; children: ReactNode }) => {
  const { t } = useTranslation();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    const release = keepFocus(dialog);
    return () => {
      release();
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={props.wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={titleId}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{props.title}</h2>
        <Button tone="quiet" aria-label={t('common.close')} onClick={props.onClose}>
          ✕
        </Button>
      </header>
      <CloseContext value={props.onClose}>{props.children}</CloseContext>
    </dialog>
  );
};
