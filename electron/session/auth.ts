import { v7 as uuid } from 'uuid';
import type { CallInput, CallName, CallOutput } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed, type RegieError } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { mayCall } from '../../shared/contract/rights.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import type { Log } from '../lib/log.ts';
import {
  changePin,
  createFirstSupervisor,
  type KnownOperator,
  notePin,
  type Signatory,
  saveOperator,
  shownOperator,
} from '../operations/operators/operators.ts';
import { signInProof } from '../operations/operators/proof.ts';
import { createPinCheck } from '../operations/operators/sign-in.ts';
import { signCommand } from '../operations/registry.ts';
import type { Site } from '../site/site.ts';
import type { SessionStore } from './store.ts';

/** Who works at this laptop: signs them in and holds every call to the rights of their role. */
export type Auth = {
  /** Who can sign in, and until when they are locked; undefined before the festival has ever answered. */
  operators(): Operator[] | undefined;
  signIn(operatorId: string, pin: string): Promise<Answer<CallOutput<'session.signIn'>>>;
  /** The first supervisor of a festival makes themselves. */
  begin(name: string, pin: string): Promise<Answer<CallOutput<'session.begin'>>>;
  save(saved: Omit<Operator, 'lockedUntil'> & { pin?: string | undefined }): Promise<Answer<Record<string, never>>>;
  changePin(pin: string, newPin: string): Promise<Answer<Record<string, never>>>;
  /** Approves a proposal in the name of a second person, who types their PIN here. Who is signed in stays so. */
  approveByPin(approval: CallInput<'correction.approveByPin'>): Promise<Answer<CommandOutcome>>;
  /** Why whoever is signed in may not make this call; it is on the audit trail then. Undefined where they may. */
  refusal(call: CallName): RegieError | undefined;
};

/** What whoever sets a laptop up does before anybody can sign in. */
const OPEN_BEFORE_ANYBODY: ReadonlySet<CallName> = new Set([
  'connection.use',
  'doctor.run',
  'session.setPreferences',
  'disk.acknowledge',
]);

export const createAuth = (options: {
  session: SessionStore;
  festival: () => Site;
  store: PreferenceStore;
  clock: Clock;
  publish: (event: RegieEvent) => void;
  log: Log;
}): Auth => {
  const { session, festival, clock, log } = options;
  const pins = createPinCheck({ store: options.store, clock });

  /** Reports a PIN that was right, or with null one that was wrong. Best effort: the laptop counts for itself as well. */
  const reportPin = async (operator: KnownOperator, secret: Buffer | null): Promise<void> => {
    if (!festival().reachable()) return;
    const { laptop } = session.get();
    const at = new Date(clock.now()).toISOString();
    const proof = secret === null ? null : signInProof(secret, { laptop, at });
    try {
      await notePin(festival().database, { operatorId: operator.operatorId, laptop, at, proof });
    } catch (error) {
      log.warn('a sign-in could not be reported to the festival', { error });
    }
  };

  const operatorOf = (operatorId: string | undefined): KnownOperator | undefined =>
    festival()
      .operators()
      ?.find((one) => one.operatorId === operatorId);

  /** Every wrong PIN is reported to the festival, whatever it was typed for: the one that locks as well. */
  const unlockSecret = async (operator: KnownOperator, pin: string): Promise<Answer<Buffer>> => {
    const opened = await pins.open(operator, pin);
    if (opened.ok) return opened;
    if (opened.tried) void reportPin(operator, null);
    if (opened.error.code === 'operator_locked') options.publish({ event: 'operators' });
    return { ok: false, error: opened.error };
  };

  const signIn: Auth['signIn'] = async (operatorId, pin) => {
    const operator = operatorOf(operatorId);
    if (operator === undefined) return failed('operator_unknown');
    const opened = await unlockSecret(operator, pin);
    if (!opened.ok) return opened;
    void reportPin(operator, opened.value);
    const { name, role, secretAt } = operator;
    return answered(session.signIn({ operatorId, name, role, secretAt, secret: opened.value }));
  };

  const signatory = (): Signatory | null => {
    const author = session.author();
    const signedIn = session.signedIn();
    return author === null || signedIn === null ? null : { author, key: { keyId: null, secret: signedIn.secret } };
  };

  return {
    operators: () =>
      festival()
        .operators()
        ?.map((operator) => ({ ...shownOperator(operator), lockedUntil: pins.lockedUntil(operator) })),
    signIn,
    begin: async (name, pin) => {
      const operatorId = uuid();
      const { laptop } = session.get();
      const made = await createFirstSupervisor(festival().database, { operatorId, name, pin, laptop });
      await festival().readOperators();
      return made ? signIn(operatorId, pin) : failed('operators_exist');
    },
    save: async (saved) => {
      const by = signatory();
      if (by === null) return failed('not_signed_in');
      const { operatorId, name, role, active, pin } = saved;
      const answer = await saveOperator(festival().database, by, {
        operationId: uuid(),
        operatorId,
        name,
        role,
        active,
        pin,
      });
      await festival().readOperators();
      return answer;
    },
    changePin: async (pin, newPin) => {
      const by = signatory();
      const own = operatorOf(session.signedIn()?.operatorId);
      if (by === null || own === undefined) return failed('not_signed_in');
      const opened = await unlockSecret(own, pin);
      if (!opened.ok) return opened;
      const answer = await changePin(festival().database, by, { operationId: uuid(), pin: newPin });
      await festival().readOperators();
      return answer;
    },
    approveByPin: async ({ operationId, proposalId, operatorId, pin }) => {
      const operator = operatorOf(operatorId);
      if (operator === undefined) return failed('operator_unknown');
      const { name, role } = operator;
      if (!mayCall(role, 'correction.approve')) {
        return failed('not_allowed', { name, role, command: 'correction.approve' });
      }
      const opened = await unlockSecret(operator, pin);
      if (!opened.ok) return opened;
      void reportPin(operator, opened.value);
      const author = session.authorOf({ operatorId, name });
      const input = { operationId, proposalId };
      const key = { keyId: null, secret: opened.value };
      return festival().sender.submit(signCommand({ name: 'correction.approve', input, author }, key));
    },
    refusal: (call) => {
      const signedIn = session.signedIn();
      if (mayCall(signedIn?.role ?? null, call)) return undefined;
      // A festival that nobody can be signed in to, because it never answered, can be left by anybody.
      if (OPEN_BEFORE_ANYBODY.has(call) && !festival().operators()?.length) return undefined;
      const author = session.author();
      if (author === null || signedIn === null) return { code: 'not_signed_in', params: {} };
      const input = { operationId: uuid(), call };
      const key = { keyId: null, secret: signedIn.secret };
      void festival().sender.submit(signCommand({ name: 'session.refused', input, author }, key));
      return { code: 'not_allowed', params: { name: signedIn.name, role: signedIn.role, command: call } };
    },
  };
};
