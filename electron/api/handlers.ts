import { commandHandlers } from './commands.ts';
import type { Handlers } from './index.ts';
import { liveHandlers } from './live.ts';
import { localHandlers } from './local.ts';
import type { Parts } from './parts.ts';
import { queryHandlers } from './queries.ts';

/** Answers every call of the contract from the parts of the core. */
export const createHandlers = (parts: Parts): Handlers => ({
  ...queryHandlers(parts),
  ...commandHandlers(parts),
  ...liveHandlers(parts),
  ...localHandlers(parts),
});
