import { create } from 'zustand';
import type { Thresholds } from '../../shared/contract/detectors.ts';
import type { Alert } from '../../shared/domain/alert.ts';
import type { RowId } from '../../shared/domain/row-id.ts';

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly undo?: () => void;
  /** Something else to do about it than to undo it. */
  readonly action?: { readonly label: string; readonly act: () => void };
};

/** The dialog that is open over the screen. */
export type OpenDialog =
  | {
      readonly kind: 'note' | 'falsePositive' | 'resolve' | 'snooze' | 'reopen';
      readonly eventId: RowId;
      /** All alerts that it is about, where they are more than one, and how many rows these are. */
      readonly eventIds?: readonly RowId[];
      readonly count?: number;
      readonly then?: () => void;
    }
  | {
      readonly kind: 'correct';
      readonly cardId: string;
      readonly eventId: RowId | null;
      readonly original: string | null;
      /** The alert says why a correction is proposed. */
      readonly why: 'deduction' | 'difference';
      /** What is proposed as goodwill, in cents. */
      readonly amount?: number;
      /** The reason that was written before. */
      readonly reason?: string;
      /** The conflicting correction that this one takes the place of. */
      readonly supersedes?: string;
      readonly then?: () => void;
    }
  | {
      readonly kind: 'thresholds';
      readonly algorithm: string;
      readonly thresholds: Thresholds;
      /** When those that were seen were set. */
      readonly base: string | null;
      readonly changes: readonly { name: string; before: number | null; after: number }[];
      /** Whether they were tried on recorded history first. */
      readonly tried: boolean;
      readonly onDone: () => void;
    }
  | { readonly kind: 'silence'; readonly alert: Alert | null }
  | { readonly kind: 'merge'; readonly alert: Alert }
  | { readonly kind: 'stopMonitoring'; readonly onDone: () => void }
  | { readonly kind: 'receipt' | 'undo'; readonly logId: RowId }
  | {
      readonly kind: 'bulk';
      readonly incidentId: RowId;
      /** The incident's own alert. */
      readonly eventId: RowId;
      /** False where it is not about what cards held before the log began. */
      readonly opening?: boolean;
    }
  | { readonly kind: 'palette' | 'help' | 'ownPin' };

type Ui = {
  dialog: OpenDialog | null;
  /** Another one each time that a dialog is opened: nothing typed in one is there in the next. */
  dialogNumber: number;
  toasts: readonly Toast[];
  /** Nobody is signed in, and whoever is here chose to view only. */
  viewOnly: boolean;
  /** Somebody is asked for name and PIN, over whatever is open: it stays as it is. `answer`: whether they signed in. */
  signInRequest: { readonly answer: (signedIn: boolean) => void; readonly confirms: string | null } | null;
  /** Whoever is here does not want to enter the database's password now. */
  passwordLater: boolean;
};

export const useUi = create<Ui>()(() => ({
  dialog: null,
  dialogNumber: 0,
  toasts: [],
  viewOnly: false,
  signInRequest: null,
  passwordLater: false,
}));

export const openDialog = (dialog: OpenDialog): void =>
  useUi.setState(({ dialogNumber }) => ({ dialog: { ...dialog }, dialogNumber: dialogNumber + 1 }));

/** Closes this dialog and no other: what it waited for may end long after another one was opened. */
export const closeDialog = (closed: OpenDialog): void =>
  useUi.setState(({ dialog }) => (dialog === closed ? { dialog: null } : {}));

/**
 * Asks who is there.
 * @param confirms the name of who is there already, and types their PIN again
 * @returns whether somebody has signed in
 */
export const askSignIn = (confirms: string | null = null): Promise<boolean> =>
  new Promise((resolve) => {
    useUi.getState().signInRequest?.answer(false);
    useUi.setState({ signInRequest: { answer: resolve, confirms } });
  });

/** The question who is there has its answer, or was closed. */
export const answerSignIn = (signedIn: boolean): void => {
  const { signInRequest } = useUi.getState();
  // Whoever does not confirm stays who they are.
  useUi.setState(({ viewOnly }) => ({ signInRequest: null, viewOnly: signInRequest?.confirms ? viewOnly : !signedIn }));
  signInRequest?.answer(signedIn);
};

/** Nothing that was open or offered belongs to the festival that is opened now. */
export const forgetFestival = (): void => {
  const { signInRequest } = useUi.getState();
  useUi.setState({ dialog: null, toasts: [], viewOnly: false, signInRequest: null });
  signInRequest?.answer(false);
};

const TOAST_MS = 8_000;
let nextToast = 1;

/** @param then undoes it, or what can be done about it */
export const showToast = (text: string, tone: Toast['tone'] = 'good', then?: (() => void) | Toast['action']): void => {
  const more = then === undefined ? {} : typeof then === 'function' ? { undo: then } : { action: then };
  const toast: Toast = { id: nextToast, text, tone, ...more };
  nextToast += 1;
  // The same words once: offline every step says that it is safe.
  const others = (before: readonly Toast[]) => before.filter((one) => one.text !== text || one.undo !== undefined);
  useUi.setState(({ toasts }) => ({ toasts: [...others(toasts), toast] }));
  setTimeout(() => dropToast(toast.id), TOAST_MS);
};

export const dropToast = (id: number): void =>
  useUi.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
