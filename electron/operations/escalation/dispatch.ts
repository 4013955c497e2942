import type { Clock } from '../../../shared/domain/clock.ts';
import type { Channel, EscalationSettings } from '../../../shared/domain/escalation.ts';
import type { FestivalSettings } from '../../../shared/domain/festival-settings.ts';
import type { Log } from '../../lib/log.ts';
import { singleFlight } from '../../lib/single-flight.ts';
import { type FestivalDatabase, OutcomeUnknown, type Transaction } from '../../postgres/pool.ts';
import { readFestivalSettings } from '../festival/festival-settings.ts';
import { releaseSilences } from '../silences/silence-commands.ts';
import type { SecretSettings } from './channel-secrets.ts';
import { sendVia } from './channels.ts';
import { AT_ONCE, CLAIM_SECONDS, type Claimed, claimDeliveries, endGoneClaims, isDue, isUnasked } from './claims.ts';
import { type Ending, endDelivery } from './deliveries.ts';
import { letterheadFor, messageOf } from './message.ts';
import { NotSent, reasonFor } from './not-sent.ts';
import { escalateDue } from './policy.ts';
import { readEscalation } from './settings.ts';

/**
 * As whom a laptop looks. `leader`: what the policy asks for becomes due, and is sent; `ordered`: what operators have ordered
 * goes out, while nobody leads; `standby`: what the leader has not sent for some seconds.
 */
type Look = 'leader' | 'ordered' | 'standby';
/** What a look has begun to send; none of it rejects. */
type Begun = { readonly begun: readonly Promise<void>[] };

/** Sends what the escalation policy asks for. */
export type Dispatcher = {
  /**
   * One look; never two side by side. It claims what each channel has room for and begins to send it: how long a receiver
   * takes delays neither the next look nor another channel. A laptop that is not given the channels' secrets sends
   * nothing, and leaves it to the others.
   */
  look(as?: Look): Promise<Begun>;
  /** One look, and the end of what it has begun. */
  poll(as?: Look): Promise<void>;
  /** Waits for what is being sent. */
  close(): Promise<void>;
};

/** Seconds until another try: after a refusal that asks for patience (greylisting takes minutes), or without an answer. */
const FIRST_RETRY: Readonly<Record<'busy' | 'unreached', number>> = { busy: 30, unreached: 5 };
const LONGEST_RETRY = 300;
/** A message that is due is sent at the leader's next look. */
const STANDBY_SECONDS = 10;

const retryAfter = (error: NotSent, attempts: number): number => {
  const first = FIRST_RETRY[error.reason.code === 'busy' ? 'busy' : 'unreached'];
  return error.afterSeconds ?? Math.min(LONGEST_RETRY, first * 2 ** Math.min(attempts - 1, 10));
};

export const createDispatcher = (options: {
  database: FestivalDatabase;
  secrets: SecretSettings;
  laptop: string;
  /** IANA zone of this laptop: quiet hours go by it where the festival has none. */
  timeZone: string;
  clock: Clock;
  log: Pick<Log, 'warn'>;
}): Dispatcher => {
  const { database, secrets, laptop, clock, log } = options;
  const sending = new Map<Promise<void>, Channel>();
  const localTime = ({ timeZone }: FestivalSettings): string =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: timeZone ?? options.timeZone,
      hour: '2-digit',
      minute: '2-digit',
    }).format(clock.now());

  const room = (): Record<Channel, number> => {
    const left = { ...AT_ONCE };
    for (const channel of sending.values()) left[channel] -= 1;
    return left;
  };

  const attempt = async (
    claimed: Claimed,
    { settings, festival }: { settings: EscalationSettings; festival: FestivalSettings },
  ): Promise<void> => {
    const contact = settings.contacts.find(({ id }) => id === claimed.contact);
    const ending = await (async (): Promise<Ending> => {
      if (isUnasked(claimed, settings)) return { state: 'failed', reason: { code: 'not_asked', detail: '' } };
      if (contact === undefined) return { state: 'failed', reason: { code: 'contact_removed', detail: '' } };
      try {
        const message = messageOf(claimed, letterheadFor(contact, festival));
        await sendVia(claimed.channel, { settings, contact, message });
        return { state: 'sent' };
      } catch (error) {
        log.warn('an escalation was not sent', { channel: claimed.channel, error });
        const reason = reasonFor(error);
        if (!(error instanceof NotSent)) return { state: 'unknown', reason };
        if (!error.again) return { state: 'failed', reason };
        return { state: 'again', afterSeconds: retryAfter(error, claimed.attempts), reason };
      }
    })();
    await write(claimed, contact?.name ?? claimed.contact, ending);
  };

  const begin = (claimed: Claimed, by: Parameters<typeof attempt>[1]): Promise<void> => {
    const ended = attempt(claimed, by).finally(() => sending.delete(ended));
    sending.set(ended, claimed.channel);
    return ended;
  };

  /** It was sent: that is written as soon as the database answers. Later than the claim holds it is unknown anyway. */
  const write = async (claimed: Claimed, name: string, ending: Ending): Promise<void> => {
    const until = clock.monotonic() + CLAIM_SECONDS * 1_000;
    for (;;) {
      try {
        await database.write((tx) => endDelivery(tx, { claimed, name, ending, laptop }));
        return;
      } catch (error) {
        if (clock.monotonic() > until) {
          log.warn('what became of an escalation could not be written', { error });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, error instanceof OutcomeUnknown ? 100 : 1_000));
      }
    }
  };

  const escalate = async (tx: Transaction, as: Look) => {
    await releaseSilences(tx, { laptop });
    const saved = await readEscalation(tx);
    const festival = await readFestivalSettings(tx);
    // Nobody is called on settings that nobody has seen.
    const escalates = as !== 'ordered' && saved.version > 0;
    const of = escalates
      ? await escalateDue(tx, { settings: saved.settings, localTime: localTime(festival) })
      : 'ordered';
    await endGoneClaims(tx);
    // What it cannot send it does not claim.
    const settings = secrets.held(saved);
    const claimed =
      settings === undefined || saved.version === 0 ? [] : await claimDeliveries(tx, { laptop, room: room(), of });
    return { claimed, festival, settings };
  };

  let refusal: string | undefined;
  /** Whether this laptop has the channels' secrets now. */
  const askForSecrets = async (): Promise<boolean> => {
    const answer = await secrets.read();
    const code = answer.ok ? undefined : answer.error.code;
    if (code !== undefined && code !== refusal) log.warn('this laptop cannot send messages', { code });
    refusal = code;
    return answer.ok;
  };

  const look = singleFlight(async (as: Look = 'leader'): Promise<Begun> => {
    if (as === 'standby' && !(await database.read((tx) => isDue(tx, STANDBY_SECONDS)))) return { begun: [] };
    for (;;) {
      const { claimed, festival, settings } = await database.write((tx) => escalate(tx, as));
      if (settings !== undefined) return { begun: claimed.map((one) => begin(one, { settings, festival })) };
      if (!(await database.read((tx) => isDue(tx, 0))) || !(await askForSecrets())) return { begun: [] };
    }
  });

  return {
    look,
    poll: async (as) => {
      const { begun } = await look(as);
      await Promise.all(begun);
    },
    close: async () => {
      await look.settled();
      await Promise.all(sending.keys());
    },
  };
};
