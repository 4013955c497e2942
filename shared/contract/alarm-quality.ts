import { z } from 'zod';
import { floodRecordSchema, floodSchema } from '../domain/alarm-flood.ts';
import { alarmFiguresSchema } from '../domain/alarm-quality.ts';
import { instantSchema } from '../domain/primitives.ts';
import { nothing, query } from './declare.ts';

export const alarmQualitySchema = z.object({
  /** When the festival was copied last; null before that. */
  at: instantSchema.nullable(),
  /** How many people are signed in, as far as this laptop knows. */
  operators: z.int(),
  tenMinutes: alarmFiguresSchema,
  hour: alarmFiguresSchema,
  /** The last 24 hours. */
  day: alarmFiguresSchema,
  /** The days of the last week on which anything began, by the festival's calendar, newest first. */
  days: z.array(z.object({ day: z.iso.date(), figures: alarmFiguresSchema })),
  /** Floods of the last thirty days as the engine recorded them, the newest first, fifty at most. */
  floods: z.array(floodRecordSchema),
});
export type AlarmQuality = z.infer<typeof alarmQualitySchema>;

export const alarmQualityCalls = {
  /** Counted on this laptop, from its copy. */
  'alarmQuality.get': query(nothing, alarmQualitySchema),
  /** The flood that goes on; null: none. */
  'flood.get': query(nothing, floodSchema.nullable()),
} as const;
