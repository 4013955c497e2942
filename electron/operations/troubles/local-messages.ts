import { v7 as newMessageId } from 'uuid';
import type { Clock } from '../../../shared/domain/clock.ts';
import {
  type Channel,
  type Contact,
  type EscalationSettings,
  type EscalationView,
  isWithin,
} from '../../../shared/domain/escalation.ts';
import type { FestivalSettings } from '../../../shared/domain/festival-settings.ts';
import { TROUBLES } from '../../../shared/domain/troubles.ts';
import type { Noticed, TroubleCopy } from '../../buffer/trouble-copy.ts';
import type { Log } from '../../lib/log.ts';
import type { SecretSettings } from '../escalation/channel-secrets.ts';
import { sendVia } from '../escalation/channels.ts';
import { letterheadFor, localTroubleMessage } from '../escalation/message.ts';
import { NotSent, reasonFor } from '../escalation/not-sent.ts';
import { messagesOf } from '../escalation/policy.ts';
import type { TroubleKeeper } from './trouble-keeper.ts';

/** Sends what the escalation policy asks for about alerts of this laptop, while the festival's database cannot be reached. */
export type LocalMessages = {
  /** Fetches the channels' secrets while the database can still be asked. */
  prepare(): Promise<void>;
  /** What is due is sent, each once. */
  tick(): void;
  /** Waits for what is being sent. */
  close(): Promise<void>;
};

/** After a refusal that asks for patience, or without an answer. */
const AGAIN_MS = 30_000;
const ATTEMPTS = 20;

export const createLocalMessages = (options: {
  copy: Pick<TroubleCopy, 'messages' | 'claim' | 'endMessage'>;
  keeper: Pick<TroubleKeeper, 'local' | 'changed'>;
  secrets: Pick<SecretSettings, 'held' | 'read'>;
  /** As the festival last answered. */
  escalation: () => EscalationView | undefined;
  festival: () => FestivalSettings;
  reachable: () => boolean;
  laptop: string;
  timeZone: string;
  clock: Clock;
  clockOffsetMs: () => number;
  log: Pick<Log, 'warn'>;
}): LocalMessages => {
  const { copy, keeper, secrets, laptop, clock, log } = options;
  const sending = new Set<Promise<void>>();
  let refused: number | undefined;
  const nowMs = (): number => clock.now() + options.clockOffsetMs();

  const held = (): EscalationSettings | undefined => {
    const view = options.escalation();
    if (view === undefined || view.version === 0) return undefined;
    return secrets.held({ version: view.version, settings: view.settings, by: view.changedBy });
  };
  const isQuiet = ({ quiet }: EscalationSettings): boolean => {
    const timeZone = options.festival().timeZone ?? options.timeZone;
    const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(nowMs());
    return quiet !== null && isWithin(quiet, time);
  };

  const attempt = async (
    trouble: Noticed,
    {
      messageId,
      contact,
      channel,
      settings,
    }: { messageId: string; contact: Contact; channel: Channel; settings: EscalationSettings },
  ): Promise<void> => {
    try {
      const message = localTroubleMessage(trouble, {
        id: messageId,
        laptop,
        head: letterheadFor(contact, options.festival()),
      });
      await sendVia(channel, { settings, contact, message });
      copy.endMessage(messageId, 'sent', null);
    } catch (error) {
      log.warn('a message about a trouble was not sent', { channel, error });
      const state = !(error instanceof NotSent) ? 'unknown' : error.again ? 'again' : 'failed';
      copy.endMessage(messageId, state, reasonFor(error).code);
    }
    keeper.changed(trouble);
  };

  const sendFor = (trouble: Noticed, settings: EscalationSettings): void => {
    const { kind, operationId, raisedAt, recalledAt } = trouble;
    const { severity } = TROUBLES[kind];
    const calledAt = recalledAt ?? raisedAt;
    const before = copy.messages(operationId);
    for (const { contact: id, channel, after } of messagesOf(settings).filter((one) => one.severity === severity)) {
      const contact = settings.contacts.find((one) => one.id === id);
      if (contact === undefined || nowMs() - Date.parse(calledAt) < after * 1_000) continue;
      const last = before.find((one) => one.contact === id && one.channel === channel && one.calledAt === calledAt);
      if (last !== undefined && (last.state !== 'again' || last.attempts >= ATTEMPTS)) continue;
      if (last !== undefined && nowMs() - Date.parse(last.at) < AGAIN_MS) continue;
      const messageId = last?.messageId ?? newMessageId();
      const at = new Date(nowMs()).toISOString();
      if (!copy.claim({ messageId, operationId, calledAt, contact: id, channel, at })) continue;
      const sent = attempt(trouble, { messageId, contact, channel, settings }).finally(() => sending.delete(sent));
      sending.add(sent);
    }
  };

  return {
    prepare: async () => {
      const view = options.escalation();
      if (view === undefined || view.version === 0 || held() !== undefined || refused === view.version) return;
      const answer = await secrets.read();
      if (!answer.ok) refused = view.version;
    },
    tick: () => {
      if (options.reachable()) return;
      const calling = keeper.local().filter(({ endedAt, acknowledged }) => endedAt === null && acknowledged === null);
      if (calling.length === 0) return;
      const settings = held();
      if (settings === undefined) return;
      const quiet = isQuiet(settings);
      for (const trouble of calling) {
        if (!quiet || TROUBLES[trouble.kind].severity === 'CRITICAL') sendFor(trouble, settings);
      }
    },
    close: async () => {
      await Promise.all(sending);
    },
  };
};
