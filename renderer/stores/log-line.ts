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
};

export const useLogLine = create<LogLineState>()(() => ({ open: false, more: false, draft: EMPTY_DRAFT }));

export const changeDraft = (some: Partial<LogDraft>): void =>
  useLogLine.setState(({ draft }) => ({ draft: { ...draft, ...some } }));

/** Opens the line at the bottom of the screen. */
export const openLogLine = (): void => useLogLine.setState({ open: true });
export const closeLogLine = (): void => useLogLine.setState({ open: false });
