import type { Severity } from '../../shared/domain/severity.ts';

/** How a native notification of an alert behaves. */
export type Notice = {
  readonly urgency: 'critical' | 'normal' | 'low';
  /** It stays until somebody has dealt with it, where the system can do that. */
  readonly stays: boolean;
  /** It has the button that acknowledges. */
  readonly acknowledges: boolean;
  /** The system makes no sound of its own. */
  readonly silent: boolean;
};

/**
 * What a new alert does beside the screen's own sound. Undefined: nothing. Of what is less than critical, whoever looks at
 * the window needs no second word.
 * @param muted the operator has muted the console for a while
 * @param looking the window is in front
 */
export const noticeOf = (
  severity: Severity,
  { muted, looking }: { muted: boolean; looking: boolean },
): Notice | undefined => {
  switch (severity) {
    case 'CRITICAL':
      return { urgency: 'critical', stays: true, acknowledges: true, silent: muted };
    case 'HIGH':
      return looking ? undefined : { urgency: 'normal', stays: false, acknowledges: true, silent: true };
    case 'MEDIUM':
      return looking ? undefined : { urgency: 'low', stays: false, acknowledges: false, silent: true };
    case 'LOW':
    case 'INFO':
      return undefined;
  }
};
