import type { Attack } from './attack.ts';
import { commandAttacks } from './commands.ts';
import { engineAttacks } from './engine.ts';
import { functionAttacks } from './functions.ts';
import { grantAttacks } from './grants.ts';
import { othersAttacks } from './others.ts';
import { ownRoleAttacks } from './own-role.ts';
import { shadowingAttacks } from './shadowing.ts';

/** Every attack, in the order in which `npm run attack` prints them. */
export const ATTACKS: readonly Attack[] = [
  ...functionAttacks,
  ...shadowingAttacks,
  ...grantAttacks,
  ...ownRoleAttacks,
  ...commandAttacks,
  ...othersAttacks,
  ...engineAttacks,
];
