import { z } from 'zod';
import { type CommandName, calls, type ParsedInput } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { type RowId, rowIdSchema } from '../../shared/domain/row-id.ts';
import { isLocalId } from '../../shared/domain/troubles.ts';
import type { Parts } from './parts.ts';

const oneSchema = z.looseObject({ eventId: rowIdSchema });
const manySchema = z.looseObject({ eventIds: z.array(rowIdSchema) });
const eventsIn = (input: unknown): readonly RowId[] => {
  const one = oneSchema.safeParse(input);
  return one.success ? [one.data.eventId] : (manySchema.safeParse(input).data?.eventIds ?? []);
};

/**
 * What a command does on alerts that this laptop alone has (docs/watching.md): they can be acknowledged here, and nothing
 * else, because the festival's database knows nothing of them.
 * @returns the answer, where nothing is left to submit; otherwise the input without them
 */
export const onLocalAlerts = <Name extends CommandName>(
  { festival }: Pick<Parts, 'festival'>,
  name: Name,
  input: ParsedInput<Name>,
  operator: string,
): { readonly local?: Answer<CommandOutcome>; readonly input: ParsedInput<Name> } => {
  const events = eventsIn(input);
  const local = events.filter(isLocalId);
  if (local.length === 0) return { input };
  const { troubles } = festival();
  const { onLocalAlerts: act }: { onLocalAlerts?: 'acknowledge' | 'unacknowledge' } = calls[name];
  if (act === undefined) return { local: failed('alert_of_this_laptop'), input };
  for (const id of local) {
    if (act === 'acknowledge') troubles.acknowledge(id, operator);
    else troubles.unacknowledge(id);
  }
  const others = events.filter((id) => !isLocalId(id));
  if (others.length === 0) return { local: answered({ outcome: 'applied', result: {} }), input };
  // The same command on those that the festival has.
  return { input: { ...input, eventIds: others } as ParsedInput<Name> };
};
