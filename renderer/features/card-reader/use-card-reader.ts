import { useEffect } from 'react';
import { i18n } from '../../i18n.ts';
import { firstKeyOf } from '../../keys.ts';
import { goTo } from '../../routes.ts';
import { closeDialog, showToast, useUi } from '../../stores/ui.ts';
import { isOverlayOpen } from '../../ui/overlay.ts';
import { createCardBurst } from './card-burst.ts';

/** Opens a card that a reader sent, from any screen. What somebody is at stays as it is, and the card is offered. */
const open = (read: string): void => {
  const { dialog } = useUi.getState();
  const openCard = (): void => {
    useUi.setState({ dialog: null });
    goTo({ screen: 'card', cardId: read });
  };
  // Where nothing can be lost.
  if (dialog?.kind === 'palette' || dialog?.kind === 'help') closeDialog(dialog);
  else if (isOverlayOpen()) {
    showToast(i18n.t('card.readOver', { card: read }), 'bad', { label: i18n.t('card.openRead'), act: openCard });
    return;
  }
  openCard();
};

/**
 * What is no card, however fast it comes: at a sign-in a card has its own answer; codes are scanned, and passwords typed
 * by their managers. A PIN is typed by hand.
 */
const NOT_OURS = '[data-reads-cards], [autocomplete=one-time-code], input[type=password]:not([inputmode=numeric])';

/** @param onCard what a card reader sent that types like a keyboard, wherever the focus is; the same function each time */
export const useReadCards = (onCard: (read: string) => void): void => {
  useEffect(() => {
    const burst = createCardBurst(onCard, firstKeyOf);
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.target instanceof Element && event.target.closest(NOT_OURS) !== null)) burst.onKey(event);
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => {
      removeEventListener('keydown', onKey, { capture: true });
      burst.end();
    };
  }, [onCard]);
};

/** A card that is read opens. */
export const useCardReader = (): void => useReadCards(open);
