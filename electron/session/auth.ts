import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { CallInput, CallName, CallOutput } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed, type RegieError } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { mayCall, needsStepUp } from '../../shared/contract/rights.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { Log } from '../lib/log.ts';
import { type SessionKey, signOut } from '../operations/operators/online-sign-in.ts';
import {
  changePin,
  createFirstSupervisor,
  type KnownOperator,
  saveOperator,
  shownOperator,
} from '../operations/operators/operators.ts';
import { signCommand } from '../operations/registry.ts';
import type { Site } from '../site/site.ts';
import type { KeptKeys } from './kept-keys.ts';
import type { ThisLaptop } from './laptop.ts';
import type { PinTries } from './pin-tries.ts';
import { createSignIn } from './sign-in.ts';
import type { SessionStore } from './store.ts';

/** Who works at this laptop: signs them in and holds every call to the rights of their role. */
export type Auth = {
  /** Who can sign in, and until when they are locked; undefined before the festival has ever answered. */
  operators(): Operator[] | undefined;
  signIn(operatorId: string, pin: string): Promise<Answer<CallOutput<'session.signIn'>>>;
  /** The first supervisor of a festival makes themselves. */
  begin(name: string, pin: string): Promise<Answer<CallOutput<'session.begin'>>>;
  save(saved: CallInput<'operators.save'>): Promise<Answer<CallOutput<'operators.save'>>>;
  changePin(pin: string, newPin: string): Promise<Answer<Record<string, never>>>;
  /** Approves a proposal in the name of a second person, who types their PIN here. Who is signed in stays so. */
  approveByPin(approval: CallInput<'correction.approveByPin'>): Promise<Answer<CommandOutcome>>;
  /** Why whoever is signed in may not make this call; where it is their role, it is on the audit trail then. */
  refusal(call: CallName): RegieError | undefined;
};

/** What whoever sets a laptop up does before anybody can sign in. */
const OPEN_BEFORE_ANYBODY: ReadonlySet<CallName> = new Set([
  'connection.use',
  'doctor.run',
  'setup.examine',
  'setup.prepare',
  'setup.keepCertificate',
  'session.setPreferences',
  'disk.acknowledge',
]);

/** Tells the database that a session is over, where it answers; its key ends by itself otherwise. */
type SessionEnd = (key: SessionKey) => void;
export const createSessionEnd =
  ({ festival, log }: { festival: () => Site; log: Log }): SessionEnd =>
  (key) => {
    if (!festival().reachable()) return;
    signOut(festival().database, key).catch((error: unknown) => log.warn('a session could not be ended', { error }));
  };

export const createAuth = (options: {
  session: SessionStore;
  festival: () => Site;
  laptop: ThisLaptop;
  kept: KeptKeys;
  tries: PinTries;
  endSession: SessionEnd;
  publish: (event: RegieEvent) => void;
}): Auth => {
  const { session, festival, laptop, kept, tries, endSession } = options;
  const pins = createSignIn({ festival, tries, kept, laptop: laptop.enrolledAs });

  const operatorOf = (operatorId: string | undefined): KnownOperator | undefined =>
    festival()
      .operators()
      ?.find((one) => one.operatorId === operatorId);

  const announceLock = (answer: Answer<unknown>): void => {
    if (!answer.ok && answer.error.code === 'operator_locked') options.publish({ event: 'operators' });
  };

  const signIn: Auth['signIn'] = async (operatorId, pin) => {
    const operator = operatorOf(operatorId);
    if (operator === undefined) return failed('operator_unknown');
    const opened = await pins.open(operator, pin, ({ sessionKey, laptopKey }) => {
      if (!session.stepUp(operatorId, sessionKey, laptopKey)) endSession(sessionKey);
    });
    announceLock(opened);
    if (!opened.ok) return opened;
    // As they are by now: they may have been changed while they signed in.
    const { name, role } = operatorOf(operatorId) ?? operator;
    return answered(session.signIn({ operatorId, name, role, ...opened.value }));
  };

  /** Somebody else, for one command: their session ends with it. */
  const signInOnce = async (operator: KnownOperator, pin: string): Promise<Answer<SessionKey>> => {
    const key = await pins.openOnce(operator, pin);
    announceLock(key);
    return key;
  };

  return {
    operators: () =>
      festival()
        .operators()
        ?.map((operator) => ({ ...shownOperator(operator), lockedUntil: tries.lockedUntil(operator) })),
    signIn,
    begin: async (name, pin) => {
      const operatorId = uuid();
      const as = laptop.enrolledAs() ?? {
        laptopId: uuid(),
        name: session.get().laptop,
        deviceKey: randomBytes(32),
      };
      // Before it is sent: an answer that is lost must not leave a festival whose only laptop has no key.
      laptop.remember(as);
      const made = await createFirstSupervisor(festival().database, { operatorId, name, pin, laptop: as });
      await festival().readOperators();
      await festival().readLaptops();
      return made.ok ? signIn(operatorId, pin) : made;
    },
    save: async (saved) => {
      const by = session.signatory();
      if (by === null) return failed('not_signed_in');
      const answer = await saveOperator(festival().database, by, { ...saved, pin: saved.pin });
      await festival().readOperators();
      return answer;
    },
    changePin: async (pin, newPin) => {
      const own = operatorOf(session.signedIn()?.operatorId);
      const author = session.author();
      if (author === null || own === undefined) return failed('not_signed_in');
      const key = await signInOnce(own, pin);
      if (!key.ok) return key;
      const by = { author, laptopKey: key.value, sessionKey: key.value };
      return session.whilePinChanges(async () => {
        const answer = await changePin(festival().database, by, newPin);
        if (!answer.ok) {
          endSession(key.value);
          return answer;
        }
        await festival().readOperators();
        // With the new one at once: whoever changes their PIN goes on working.
        const again = await signIn(own.operatorId, newPin);
        return again.ok ? answer : again;
      });
    },
    approveByPin: async ({ operationId, proposalId, operatorId, pin }) => {
      const operator = operatorOf(operatorId);
      if (operator === undefined) return failed('operator_unknown');
      const { name, role } = operator;
      if (!mayCall(role, 'correction.approve')) {
        return failed('not_allowed', { name, role, command: 'correction.approve' });
      }
      const key = await signInOnce(operator, pin);
      if (!key.ok) return key;
      const author = session.authorOf({ operatorId, name });
      const input = { operationId, proposalId };
      const answer = await festival().sender.submit(
        signCommand({ name: 'correction.approve', input, author }, key.value),
      );
      // What still waits is signed with it: then it ends by itself, in minutes.
      if (!answer.ok || answer.value.outcome !== 'waiting') endSession(key.value);
      return answer;
    },
    refusal: createRefusal(options),
  };
};

/** Holds each call to the role of whoever is signed in, and to how they have signed in. */
const createRefusal =
  ({ session, festival }: { session: SessionStore; festival: () => Site }): Auth['refusal'] =>
  (call) => {
    const signedIn = session.signedIn();
    // A festival that nobody can be signed in to, because it never answered, can be left by anybody.
    if (OPEN_BEFORE_ANYBODY.has(call) && !festival().operators()?.length) return undefined;
    if (!mayCall(signedIn?.role ?? null, call)) {
      const signatory = session.signatory();
      if (signatory === null || signedIn === null) return { code: 'not_signed_in', params: {} };
      const { author, laptopKey } = signatory;
      const input = { operationId: uuid(), call };
      void festival().sender.submit(signCommand({ name: 'session.refused', input, author }, laptopKey));
      return { code: 'not_allowed', params: { name: signedIn.name, role: signedIn.role, command: call } };
    }
    // Whoever changes their PIN types the one that they have.
    if (!needsStepUp(call) || call === 'operators.changePin') return undefined;
    if (!festival().reachable()) return { code: 'offline', params: {} };
    return session.get().steppedUp ? undefined : { code: 'step_up_required', params: { name: signedIn?.name ?? '' } };
  };
