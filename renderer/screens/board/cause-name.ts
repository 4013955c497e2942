import { z } from 'zod';
import { i18n } from '../../i18n.ts';
import { detectorName } from '../../sentence.ts';
import { shownId } from '../../shown-id.ts';

/** The key of a cause (shared/domain/alarm-flood.ts); the empty one stands for what was there before the flood. */
const keySchema = z.tuple([
  z.string(),
  z.union([z.literal('anywhere'), z.literal('elsewhere'), z.object({ at: z.string() })]),
]);

export const causeName = (key: string): string => {
  if (key === '') return i18n.t('board.beforeFlood');
  const [algorithm, where] = keySchema.parse(JSON.parse(key));
  const name = detectorName(algorithm);
  if (where === 'anywhere') return name;
  return where === 'elsewhere'
    ? i18n.t('board.causeElsewhere', { name })
    : i18n.t('board.causeAt', { name, place: shownId(where.at) });
};
