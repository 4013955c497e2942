import { z } from 'zod';

/** Why a message was not sent, or why nobody knows; each has its words in both languages (`escalation.why_<code>`). */
export const MESSAGE_REASONS = [
  'not_set_up',
  'contact_removed',
  'not_asked',
  'unreadable',
  'unreached',
  'busy',
  'refused',
  'login_refused',
  'not_encrypted',
  'wrong_address',
  'unanswered',
  'server_failed',
  'laptop_gone',
] as const;
const codeSchema = z.enum(MESSAGE_REASONS);

/** `detail` is what the receiver or the network answered, in its own words. */
export const messageReasonSchema = z.object({ code: codeSchema, detail: z.string().max(200).default('') });
export type MessageReason = z.infer<typeof messageReasonSchema>;

/** A message about an alert that did not reach its contact, as far as anybody knows. */
export const undeliveredSchema = z.object({
  /** Their name. */
  contact: z.string(),
  /** One of CHANNELS. */
  channel: z.string(),
  reason: messageReasonSchema,
  /** It is tried again. */
  again: z.boolean(),
  at: z.string(),
});
export type Undelivered = z.infer<typeof undeliveredSchema>;

/** What a person does about it; `escalation.todo_<what>`. */
export const WHAT_TO_DO = ['call', 'settings', 'ask'] as const;

export const whatToDo = ({ code }: Pick<MessageReason, 'code'>): (typeof WHAT_TO_DO)[number] => {
  switch (code) {
    case 'unreached':
    case 'busy':
    case 'not_asked':
    case 'unreadable':
      return 'call';
    case 'unanswered':
    case 'server_failed':
    case 'laptop_gone':
      return 'ask';
    default:
      return 'settings';
  }
};
