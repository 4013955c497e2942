import { create } from 'zustand';
import type { Attachment, LogKind, LogLink } from '../../shared/domain/log.ts';

/** An entry of the incident log as it is being written; times as their fields hold them, in the festival's zone. */
export type LogDraft = {
  readonly text: string;
  readonly kind: LogKind;
  readonly place: string;
  /** Empty: now. */
  readonly occurred: string;
  readonly lateReason: string;
  readonly options: string;
  readonly why: string;
  readonly agreed: string;
  readonly who: string;
  readonly by: string;
  readonly links: readonly LogLink[];
  /** Pictures that are on this laptop's disk already. */
  readonly attachments: readonly Attachment[];
};

export const EMPTY_DRAFT: LogDraft = {
  ...{ text: '', kind: 'observation', place: '', occurred: '', lateReason: '' },
  ...{ options: '', why: '', agreed: '', who: '', by: '', links: [], attachments: [] },
};

type LogLineState = {
  readonly open: boolean;
  /** Everything beside the text is shown. */
  readonly more: boolean;
  /** What was typed stays until it is written, whichever screen is shown meanwhile. */
  readonly draft: LogDraft;
  /** What has been written and is not on the disk yet: the line shows it until then, unless somebody goes on writing. */
  readonly leaving: Leaving | null;
};
type Leaving = { readonly operationId: string; readonly draft: LogDraft };

export const useLogLine = create<LogLineState>()(() => ({
  ...{ open: false, more: false, draft: EMPTY_DRAFT, leaving: null },
}));

export const changeDraft = (some: Partial<LogDraft>): void =>
  useLogLine.setState(({ draft }) => ({ draft: { ...draft, ...some }, leaving: null }));

/**
 * The line is free for the next entry. What is short goes from the screen in the frame that shows it as an entry: two changes
 * a moment apart would be drawn one after the other.
 */
export const leaveLine = (operationId: string, draft: LogDraft): void =>
  useLogLine.setState(({ more }) => {
    const leaving = more || draft.attachments.length > 0 ? null : { operationId, draft };
    return { draft: EMPTY_DRAFT, more: false, leaving };
  });

/** @param operationId of what has left; left out: whatever has */
export const hasLeft = (operationId?: string): void => {
  const { leaving } = useLogLine.getState();
  if (leaving !== null && (operationId ?? leaving.operationId) === leaving.operationId) {
    useLogLine.setState({ leaving: null });
  }
};

/** Opens the line at the bottom of the screen. */
export const openLogLine = (): void => useLogLine.setState({ open: true });
export const closeLogLine = (): void => useLogLine.setState({ open: false, leaving: null });
