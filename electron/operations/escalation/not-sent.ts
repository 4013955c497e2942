import type { MessageReason } from '../../../shared/domain/message-reason.ts';
import { escalationTexts } from '../../../shared/i18n/escalation.ts';
import { fill } from '../../../shared/i18n/fill.ts';
import { cutTo, plain } from './text-limits.ts';

const DETAIL = 200;

/** In which words the log names a reason. */
const inWords = ({ code, detail }: MessageReason): string => fill(escalationTexts.en[`why_${code}`], { detail });

const reasonOf = (code: MessageReason['code'], detail: string): MessageReason => ({
  code,
  detail: cutTo(plain(detail).replace(/\s+/g, ' ').trim(), DETAIL),
});

/** It was certainly not sent: nobody was reached, or the answer was a refusal. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  readonly reason: MessageReason;
  /** After how many seconds the receiver wants to be asked again; null where it has not said. */
  readonly afterSeconds: number | null;
  constructor(code: MessageReason['code'], detail = '', afterSeconds: number | null = null) {
    const reason = reasonOf(code, detail);
    super(inWords(reason));
    this.reason = reason;
    this.afterSeconds = afterSeconds;
  }
  /** Whether a later try may help. */
  get again(): boolean {
    return this.reason.code === 'unreached' || this.reason.code === 'busy';
  }
}

/** It was handed over, and what became of it is open: it is not sent once more. */
export class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed';
  readonly reason: MessageReason;
  constructor(code: MessageReason['code'], detail: string) {
    const reason = reasonOf(code, detail);
    super(inWords(reason));
    this.reason = reason;
  }
}

/** Why something that was thrown did not send a message. What nobody has foreseen leaves it open. */
export const reasonFor = (error: unknown): MessageReason =>
  error instanceof NotSent || error instanceof Unconfirmed
    ? error.reason
    : reasonOf('unanswered', error instanceof Error ? error.message : String(error));
