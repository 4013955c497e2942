import { ANYONE, type Role } from '../domain/rights.ts';
import { type CallName, type CallsOf, type CommandName, calls, commandNames, rulesOf } from './calls.ts';

/** The roles that may make this call; undefined: whoever sits at the screen, signed in or not. */
export const rolesFor = (call: CallName): readonly Role[] | undefined => {
  const declaration = calls[call];
  return 'roles' in declaration && declaration.roles !== ANYONE ? declaration.roles : undefined;
};

/** Whether somebody in this role may make this call; `role` null: nobody is signed in. */
export const mayCall = (role: Role | null, call: CallName): boolean => {
  const roles = rolesFor(call);
  return roles === undefined || (role !== null && roles.includes(role));
};

/** Calls that their author signs, beside the commands: they need the network. */
export type SignedCall = {
  [Name in CallsOf<'live'>]: (typeof calls)[Name] extends { readonly signed: true } ? Name : never;
}[CallsOf<'live'>];

const isSigned = (name: CallName): name is CommandName | SignedCall =>
  calls[name].kind === 'command' || 'signed' in calls[name];

/** Whether it is signed with the key of a session, which there is only where somebody has signed in with the network. */
export const needsStepUp = (call: CallName): boolean => {
  const declaration = calls[call];
  return 'stepUp' in declaration && declaration.stepUp;
};

/** What the handler of a command may write in its author's name: `console.command_records` says the same. */
export const commandRecords: readonly {
  readonly command: CommandName;
  readonly place: 'timeline' | 'audit';
  readonly kind: string;
}[] = commandNames.flatMap((command) =>
  (['timeline', 'audit'] as const).flatMap((place) =>
    (rulesOf(command).records?.[place] ?? []).map((kind) => ({ command, place, kind })),
  ),
);

/** Who may have what done in the festival's database, which has the last word: `console.command_rights` says the same. */
export const commandRights: readonly {
  readonly command: CommandName | SignedCall;
  readonly roles: readonly Role[];
  readonly stepUp: boolean;
}[] = (Object.keys(calls) as CallName[])
  .filter(isSigned)
  .map((command) => ({ command, roles: rolesFor(command) ?? [], stepUp: needsStepUp(command) }));
