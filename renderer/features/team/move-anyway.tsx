import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { calls } from '../../../shared/contract/calls.ts';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import { rowIdSchema } from '../../../shared/domain/row-id.ts';
import { submit } from '../../commands.ts';
import { Button } from '../../ui/button.tsx';

const mergeSchema = calls['alert.merge'].input.omit({ operationId: true });
const splitSchema = calls['alert.split'].input.omit({ operationId: true });
const movedSchema = z.object({ event: rowIdSchema, incident: rowIdSchema });

/** Joins or parts as was wanted, although somebody has moved one of the two meanwhile: where they are today. */
export const MoveAnyway = ({ entry }: { entry: OutboxEntry }) => {
  const { t } = useTranslation();
  const { operationId: supersedes, input } = entry;
  const moved = movedSchema.safeParse(entry.error?.params);
  const merge = mergeSchema.safeParse(input);
  const split = splitSchema.safeParse(input);
  if (!moved.success) return null;
  const { event, incident } = moved.data;
  if (merge.success) {
    const { eventId, into, seen } = merge.data;
    const today = event === into ? { ...seen, into: incident } : { ...seen, incidentId: incident };
    return (
      <Button onClick={() => void submit('alert.merge', { eventId, into, seen: today, supersedes })}>
        {t('team.mergeAnyway')}
      </Button>
    );
  }
  if (!split.success) return null;
  const { eventId, together } = split.data;
  return (
    <Button
      onClick={() => void submit('alert.split', { eventId, together, seen: { incidentId: incident }, supersedes })}
    >
      {t('team.splitAnyway')}
    </Button>
  );
};
