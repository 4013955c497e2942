import type { Clock } from '../../../shared/domain/clock.ts';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';
import type { FestivalSettings } from '../../../shared/domain/festival-settings.ts';
import type { Log } from '../../lib/log.ts';
import { singleFlight } from '../../lib/single-flight.ts';
import { type FestivalDatabase, OutcomeUnknown, type Transaction } from '../../postgres/pool.ts';
import { readFestivalSettings } from '../festival/festival-settings.ts';
import { releaseSilences } from '../silences/silence-commands.ts';
import type { SecretSettings } from './channel-secrets.ts';
import { sendVia } from './channels.ts';
import { letterheadFor, messageOf } from './message.ts';
import { NotSent } from './not-sent.ts';
import {
  CLAIM_SECONDS,
  type Claimed,
  claimDeliveries,
  type Ending,
  endDelivery,
  endGoneClaims,
  escalateDue,
  isDue,
  unasked,
} from './policy.ts';
import { readEscalation } from './settings.ts';

/** Sends what the escalation policy asks for. */
export type Dispatcher = {
  /**
   * One look; never two side by side. A laptop that is not given the channels' secrets sends nothing, and leaves it to
   * the others.
   * @param as `leader`: what the policy asks for becomes due; `ordered`: what is due goes out, while nobody leads;
   * `standby`: what the leader has not sent for some seconds
   */
  poll(as?: 'leader' | 'ordered' | 'standby'): Promise<void>;
  /** Waits for what is being sent. */
  close(): Promise<void>;
};

const ATTEMPTS = 5;
const FIRST_RETRY_SECONDS = 5;
/** A message that is due is sent at the leader's next look. */
const STANDBY_SECONDS = 10;

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
  const localTime = ({ timeZone }: FestivalSettings): string =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: timeZone ?? options.timeZone,
      hour: '2-digit',
      minute: '2-digit',
    }).format(clock.now());

  const attempt = async (
    claimed: Claimed,
    { settings, festival }: { settings: EscalationSettings; festival: FestivalSettings },
  ) => {
    const contact = settings.contacts.find(({ id }) => id === claimed.contact);
    const ending = await (async (): Promise<Ending> => {
      const refused = unasked(claimed, settings);
      if (refused !== undefined) return { state: 'failed', error: refused };
      if (contact === undefined) return { state: 'failed', error: 'the contact was removed' };
      try {
        await sendVia(claimed.channel, {
          settings,
          contact,
          message: messageOf(claimed, letterheadFor(contact, festival)),
        });
        return { state: 'sent' };
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        log.warn('an escalation was not sent', { channel: claimed.channel, error });
        if (!(error instanceof NotSent)) return { state: 'unknown', error: words };
        if (!error.again || claimed.attempts >= ATTEMPTS) return { state: 'failed', error: words };
        return { state: 'again', afterSeconds: FIRST_RETRY_SECONDS * 2 ** (claimed.attempts - 1), error: words };
      }
    })();
    await write(claimed, contact?.name ?? claimed.contact, ending);
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

  const escalate = async (tx: Transaction, leads: boolean) => {
    await releaseSilences(tx, { laptop });
    const saved = await readEscalation(tx);
    const festival = await readFestivalSettings(tx);
    // Nobody is called on settings that nobody has seen.
    if (leads && saved.version > 0) {
      await escalateDue(tx, { settings: saved.settings, localTime: localTime(festival) });
    }
    await endGoneClaims(tx);
    // What it cannot send it does not claim.
    const settings = secrets.held(saved);
    const claimed = settings === undefined || saved.version === 0 ? [] : await claimDeliveries(tx, laptop);
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

  const poll = singleFlight(async (as: 'leader' | 'ordered' | 'standby' = 'leader'): Promise<void> => {
    if (as === 'standby' && !(await database.read((tx) => isDue(tx, STANDBY_SECONDS)))) return;
    for (;;) {
      const { claimed, festival, settings } = await database.write((tx) => escalate(tx, as === 'leader'));
      if (settings !== undefined) {
        await Promise.all(claimed.map((one) => attempt(one, { settings, festival })));
        return;
      }
      if (!(await database.read((tx) => isDue(tx, 0))) || !(await askForSecrets())) return;
    }
  });

  return {
    poll,
    close: poll.settled,
  };
};
