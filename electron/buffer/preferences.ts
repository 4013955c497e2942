import { z } from 'zod';
import type { Buffer } from './buffer.ts';

/** Choices that this laptop remembers, as JSON by key. */
export type PreferenceStore = {
  /** The stored value, or undefined where there is none or where it no longer fits the schema. */
  read<S extends z.ZodType>(key: string, schema: S): z.output<S> | undefined;
  write(key: string, value: unknown): void;
};

const rowSchema = z.object({ value: z.string() });

export const createPreferenceStore = (buffer: Buffer): PreferenceStore => {
  const select = buffer.prepare('select value from preferences where key = ?');
  const upsert = buffer.prepare(
    'insert into preferences (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
  );
  return {
    read: (key, schema) => {
      const row = rowSchema.optional().parse(select.get(key));
      if (row === undefined) return undefined;
      const parsed = schema.safeParse(JSON.parse(row.value));
      return parsed.success ? parsed.data : undefined;
    },
    write: (key, value) => {
      upsert.run(key, JSON.stringify(value));
    },
  };
};
