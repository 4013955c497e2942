/** Who works with Regie. Which call asks for which of these groups stands at the call: `roles` in `shared/contract/<part>.ts`. */
export const ROLES = ['supervisor', 'operator', 'technician', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever is signed in. */
export const EVERYBODY: readonly Role[] = ROLES;
export const STAFF: readonly Role[] = ['supervisor', 'operator', 'technician'];
/** Those who correct cards. */
export const MONEY: readonly Role[] = ['supervisor', 'operator'];
export const TECHNICAL: readonly Role[] = ['supervisor', 'technician'];
export const SUPERVISORS: readonly Role[] = ['supervisor'];

/** Whoever sits at the screen, signed in or not. */
export const ANYONE = 'anyone';
