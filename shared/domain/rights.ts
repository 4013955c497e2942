import type { CallName, CommandName } from '../contract/calls.ts';

/** product.md, "The people". */
export const ROLES = ['supervisor', 'operator', 'technician', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const EVERYBODY: readonly Role[] = ROLES;
const STAFF: readonly Role[] = ['supervisor', 'operator', 'technician'];
const MONEY: readonly Role[] = ['supervisor', 'operator'];
const TECHNICAL: readonly Role[] = ['supervisor', 'technician'];
const SUPERVISORS: readonly Role[] = ['supervisor'];

/** Commands that operators sign beside those of the outbox: they need the network. */
export type SignedCall = 'operators.save' | 'operators.changePin';

/**
 * Who may give which command. `console.command_rights` (migrations/postgres) says the same to the database, which has the
 * last word; a test holds the two together.
 */
export const COMMAND_RIGHTS: Readonly<Record<CommandName | SignedCall, readonly Role[]>> = {
  'alert.acknowledge': STAFF,
  'alert.unacknowledge': STAFF,
  'alert.take': STAFF,
  'alert.snooze': STAFF,
  'alert.reopen': STAFF,
  'alert.note': STAFF,
  'alert.merge': STAFF,
  'alert.split': STAFF,
  'alert.resolve': STAFF,
  'alert.falsePositive': STAFF,
  'mention.read': EVERYBODY,
  'silence.start': STAFF,
  'silence.end': STAFF,
  'runbook.start': STAFF,
  'runbook.completeStep': STAFF,
  'runbook.skipStep': STAFF,
  'runbook.tick': STAFF,
  'runbook.end': STAFF,
  'monitoring.stop': TECHNICAL,
  'monitoring.restart': STAFF,
  'events.backup': TECHNICAL,
  'correction.apply': MONEY,
  'correction.propose': MONEY,
  'correction.proposeBulk': MONEY,
  'correction.approve': SUPERVISORS,
  'correction.reject': SUPERVISORS,
  'correction.withdraw': MONEY,
  'correction.cancel': MONEY,
  'receipt.sent': MONEY,
  'detectors.set': TECHNICAL,
  'escalation.set': SUPERVISORS,
  'escalation.called': STAFF,
  'handover.offer': STAFF,
  'handover.accept': STAFF,
  'handover.withdraw': STAFF,
  'outbox.drop': STAFF,
  'session.refused': EVERYBODY,
  'operators.save': SUPERVISORS,
  'operators.changePin': EVERYBODY,
};

/** Calls beside commands that change something, or cost the festival's database something. */
const CALL_RIGHTS: Readonly<Partial<Record<CallName, readonly Role[]>>> = {
  'correction.preview': MONEY,
  'receipt.send': MONEY,
  'engine.runCycle': STAFF,
  'engine.resetBreaker': TECHNICAL,
  'engine.recompute': TECHNICAL,
  'engine.pauseCatchUp': TECHNICAL,
  'escalation.test': TECHNICAL,
  'runbooks.reload': STAFF,
  'connection.use': TECHNICAL,
  'drill.begin': STAFF,
  'drill.finish': STAFF,
  'drill.abandon': STAFF,
  'outbox.retry': STAFF,
  'outbox.export': STAFF,
  'outbox.import': STAFF,
};

/** The roles that may make this call; undefined: whoever looks at the screen, signed in or not. */
export const rolesFor = (call: CallName): readonly Role[] | undefined =>
  CALL_RIGHTS[call] ?? (call in COMMAND_RIGHTS ? COMMAND_RIGHTS[call as CommandName] : undefined);

/** Whether somebody in this role may make this call; `role` null: nobody is signed in. */
export const mayCall = (role: Role | null, call: CallName): boolean => {
  const roles = rolesFor(call);
  return roles === undefined || (role !== null && roles.includes(role));
};
