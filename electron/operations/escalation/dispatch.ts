import type { Clock } from '../../../shared/domain/clock.ts';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';
import type { FestivalSettings } from '../../../shared/domain/festival-settings.ts';
import type { Log } from '../../lib/log.ts';
import { singleFlight } from '../../lib/single-flight.ts';
import { type FestivalDatabase, OutcomeUnknown } from '../../postgres/pool.ts';
import { readFestivalSettings } from '../festival/festival-settings.ts';
import { releaseSilences } from '../silences/silence-commands.ts';
import { sendVia } from './channels.ts';
import { letterheadFor, messageOf } from './message.ts';
import { NotSent } from './not-sent.ts';
import {
  CLAIM_SECONDS,
  type Claimed,
  claimDeliveries,
  type Ending,
  endDelivery,
  escalateDue,
  unasked,
} from './policy.ts';
import { readEscalation } from './settings.ts';

/** Sends what the ladder asks for, from the laptop that runs the engine. */
export type Dispatcher = {
  /**
   * One look; never two side by side.
   * @param leads whether this laptop climbs the ladder; what operators have ordered goes out all the same
   */
  poll(leads?: boolean): Promise<void>;
  /** Waits for what is being sent. */
  close(): Promise<void>;
};

const ATTEMPTS = 5;
const FIRST_RETRY_SECONDS = 5;

export const createDispatcher = (options: {
  database: FestivalDatabase;
  laptop: string;
  /** IANA zone of this laptop: quiet hours go by it where the festival has none. */
  timeZone: string;
  clock: Clock;
  log: Pick<Log, 'warn'>;
}): Dispatcher => {
  const { database, laptop, clock, log } = options;
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

  const poll = singleFlight(async (leads: boolean = true): Promise<void> => {
    const { claimed, ...by } = await database.write(async (tx) => {
      await releaseSilences(tx, { laptop });
      const { version, settings } = await readEscalation(tx);
      const festival = await readFestivalSettings(tx);
      const claim = async (): Promise<readonly Claimed[]> => {
        // Nobody is called on settings that nobody has seen.
        if (version === 0) return [];
        return leads
          ? escalateDue(tx, { settings, laptop, localTime: localTime(festival) })
          : claimDeliveries(tx, laptop);
      };
      return { settings, festival, claimed: await claim() };
    });
    await Promise.all(claimed.map((one) => attempt(one, by)));
  });

  return {
    poll,
    close: poll.settled,
  };
};
