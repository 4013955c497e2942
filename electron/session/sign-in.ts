import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { isConnectionError } from '../lib/postgres-errors.ts';
import type { EnrolledAs } from '../operations/laptops/laptops.ts';
import { type SessionKey, type SignedInOnline, signInOnline } from '../operations/operators/online-sign-in.ts';
import type { KnownOperator } from '../operations/operators/operators.ts';
import { type PinParams, stretchPin } from '../operations/operators/pin.ts';
import type { SigningKey } from '../operations/operators/proof.ts';
import type { Site } from '../site/site.ts';
import type { KeptKeys } from './kept-keys.ts';
import type { PinTries, PinTry } from './pin-tries.ts';

/** What somebody who has signed in signs with. */
export type Opened = {
  readonly laptopKey: SigningKey;
  /** Null without the network. */
  readonly sessionKey: SessionKey | null;
  readonly pinAt: string;
};

/** The network's answer after somebody was let in without: the key that this laptop had kept may be of another time. */
type Late = Pick<SignedInOnline, 'sessionKey' | 'laptopKey'>;

export type SignIn = {
  /**
   * With the network where it answers soon, else with the key that this laptop keeps. `late` is told when the network
   * answers after that.
   */
  open(operator: KnownOperator, pin: string, late: (keys: Late) => void): Promise<Answer<Opened>>;
  /** A session for one command of somebody who does not stay; with the network only. */
  openOnce(operator: KnownOperator, pin: string): Promise<Answer<SessionKey>>;
};

/** Whoever can sign in without the network does not wait longer for it. */
const PATIENCE_MS = 400;
/** A console that has just started does not know yet whether its festival answers. */
const START_MS = 3_000;
const START_POLL_MS = 50;

const UNREACHABLE = 'unreachable';
type OnlineAnswer = Answer<SignedInOnline> | typeof UNREACHABLE;

/** Opens operators' keys with their PINs. Every PIN is counted before it is looked at, here and in the database. */
export const createSignIn = (options: {
  festival: () => Site;
  tries: PinTries;
  kept: KeptKeys;
  /** What this laptop is enrolled as; undefined where it is not. */
  laptop: () => EnrolledAs | undefined;
}): SignIn => {
  const { festival, tries, kept } = options;

  const askOnline = async (
    operator: KnownOperator,
    laptop: EnrolledAs,
    pin: string,
    once: boolean,
  ): Promise<OnlineAnswer> => {
    const stretch = stretcher(pin, operator.pinParams);
    if (!(await reachableSoon(festival()))) return UNREACHABLE;
    const { database } = festival();
    try {
      const answer = await signInOnline(database, { operator, laptop, stretch, once });
      if (!answer.ok || once) return answer;
      const { pinAt, laptopKey } = answer.value;
      // Somebody has changed their PIN: whoever follows the operators would take the new one for a wrong one.
      if (pinAt !== operator.pinAt) await festival().readOperators();
      if (laptopKey !== null) {
        await kept.keep(operator.operatorId, laptopKey, { pin, deviceKey: laptop.deviceKey, pinAt });
      }
      return answer;
    } catch (error) {
      if (isConnectionError(error)) return UNREACHABLE;
      throw error;
    }
  };

  const begin = (operator: KnownOperator): Answer<{ laptop: EnrolledAs; attempt: PinTry }> => {
    const { name } = operator;
    if (!operator.active) return failed('operator_inactive', { name });
    const laptop = options.laptop();
    if (laptop === undefined) return failed('laptop_not_enrolled');
    const attempt = tries.begin(operator);
    return attempt.ok ? answered({ laptop, attempt: attempt.value }) : attempt;
  };

  /** The network's answer, or the key that this laptop keeps, where there is no network or it takes long. */
  const openKey = async (
    operator: KnownOperator,
    laptop: EnrolledAs,
    pin: string,
    online: Promise<OnlineAnswer>,
  ): Promise<SigningKey | OnlineAnswer> => {
    const found = kept.find(operator.operatorId, operator.pinAt);
    if (found === undefined) return online;
    const soon = await Promise.race([online, sleep(PATIENCE_MS)]);
    if (soon !== undefined && soon !== UNREACHABLE) return soon;
    const offline = kept.open(found, pin, laptop.deviceKey);
    const first = await Promise.race([
      online.then(
        async (answer): Promise<SigningKey | OnlineAnswer | undefined> => (answer === UNREACHABLE ? offline : answer),
      ),
      offline,
    ]);
    // A wrong PIN is counted by the database as well, where it answers.
    return first ?? online;
  };

  const settle = async (
    operator: KnownOperator,
    { attempt, laptop }: { attempt: PinTry; laptop: EnrolledAs },
    pin: string,
    late: (keys: Late) => void,
  ): Promise<Answer<Opened>> => {
    const { operatorId, name, pinAt } = operator;
    const online = askOnline(operator, laptop, pin, false);
    const opened = await openKey(operator, laptop, pin, online);
    if (opened === UNREACHABLE) {
      if (kept.find(operatorId, pinAt) !== undefined) return attempt.wrong();
      attempt.void();
      return failed('sign_in_needs_network', { name });
    }
    if ('secret' in opened) {
      attempt.right();
      void online.then(
        (answer) => {
          if (answer !== UNREACHABLE && answer.ok) late(answer.value);
        },
        () => undefined,
      );
      return answered({ laptopKey: opened, sessionKey: null, pinAt });
    }
    if (!opened.ok) return judged(attempt, opened);
    attempt.right();
    const { sessionKey, laptopKey } = opened.value;
    return answered({ laptopKey: laptopKey ?? sessionKey, sessionKey, pinAt: opened.value.pinAt });
  };

  return {
    open: async (operator, pin, late) => {
      const begun = begin(operator);
      if (!begun.ok) return begun;
      return settle(operator, begun.value, pin, late);
    },
    openOnce: async (operator, pin) => {
      const begun = begin(operator);
      if (!begun.ok) return begun;
      const { attempt, laptop } = begun.value;
      const answer = await askOnline(operator, laptop, pin, true);
      if (answer === UNREACHABLE) {
        attempt.void();
        return failed('offline');
      }
      if (!answer.ok) return judged(attempt, answer);
      attempt.right();
      return answered(answer.value.sessionKey);
    },
  };
};

/** Whether to ask the festival: where it has not been tried yet, as soon as that is known. */
const reachableSoon = async (site: Site): Promise<boolean> => {
  for (let waited = 0; waited < START_MS && !site.reachable(); waited += START_POLL_MS) {
    const { state, reason } = site.status().link;
    if (state === 'offline' || reason !== null) return false;
    await sleep(START_POLL_MS);
  }
  return site.reachable();
};

/** One scrypt a PIN: with the parameters that this laptop knows, and again only where the database has newer ones. */
const stretcher = (pin: string, known: PinParams) => {
  const begun = stretchPin(pin, known);
  return (params: PinParams): Promise<Buffer> => (params.salt === known.salt ? begun : stretchPin(pin, params));
};

/** The database has looked at it: its count and this laptop's, whichever leaves fewer tries. */
const judged = (attempt: PinTry, error: Extract<Answer<never>, { ok: false }>): Answer<never> => {
  if (error.error.code === 'operator_locked') return error;
  if (error.error.code !== 'pin_wrong') {
    attempt.void();
    return error;
  }
  const here = attempt.wrong();
  const left = (answer: typeof error): number => Number(answer.error.params.left ?? 0);
  return !here.ok && left(here) < left(error) ? here : error;
};
