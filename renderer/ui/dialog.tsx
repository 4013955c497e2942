import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { firstField, keepFocus } from './dialog-focus.ts';
import { rememberOpener, whereOpened } from './dialog-opener.ts';
import './dialog.css';

/** The dialogs that are open, the upper one last. */
const stack: { readonly id: string; readonly wide: boolean }[] = [];

/** For what makes room for a dialog: `:has(.dialog)` would have the browser look at every element that comes anywhere. */
const markBody = (): void => {
  if (stack.length === 0) delete document.body.dataset.dialog;
  else document.body.dataset.dialog = stack.some(({ wide }) => wide) ? 'wide' : 'narrow';
};

const CloseContext = createContext<() => void>(() => undefined);

/** Closes the dialog in which the component stands, and no other. */
export const useCloseDialog = (): (() => void) => useContext(CloseContext);

/**
 * A modal dialog: the focus stays inside, Escape closes it and gives the focus back; a click beside it does nothing, or what
 * was typed would be lost. Its contents may come later. Its actions stand in a DialogFoot.
 */
export const Dialog = (props: { title: string; onClose: () => void; wide?: boolean; children: ReactNode }) => {
  const { t } = useTranslation();
  const { onClose, wide = false } = props;
  const id = useId();
  const element = useRef<HTMLDivElement>(null);
  useState(rememberOpener);
  useLayoutEffect(() => {
    const ours = { id, wide };
    stack.push(ours);
    markBody();
    return () => {
      stack.splice(stack.indexOf(ours), 1);
      markBody();
    };
  }, [id, wide]);
  const attach = useCallback((popup: HTMLDivElement | null) => {
    element.current = popup;
    return popup === null ? undefined : keepFocus(popup);
  }, []);
  return (
    <Base.Root
      open
      disablePointerDismissal
      onOpenChange={(open) => {
        // Escape is heard by every open dialog, and meant for the upper one.
        if (!open && stack.at(-1)?.id === id) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className="dialog-veil" />
        <Base.Viewport className="dialog-place">
          <Base.Popup
            ref={attach}
            className={wide ? 'dialog dialog-wide' : 'dialog'}
            finalFocus={() => whereOpened(element.current)}
            initialFocus={() => (element.current && firstField(element.current)) ?? element.current}
          >
            <header className="dialog-head">
              <Base.Title>{props.title}</Base.Title>
              <Button tone="quiet" className="icon-button" aria-label={t('common.close')} onClick={onClose}>
                <X size={16} aria-hidden="true" />
              </Button>
            </header>
            <div className="dialog-body">
              <CloseContext value={onClose}>{props.children}</CloseContext>
            </div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
};

/** The actions of a dialog, always in sight: the primary one comes last and stands right. */
export const DialogFoot = ({ children }: { children: ReactNode }) => <div className="dialog-foot">{children}</div>;
