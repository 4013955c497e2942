/** Days that closed alerts may stay in the monitoring tables: what `console.maintenance_settings` takes. */
export const RETENTION_DAYS = { least: 7, most: 3_650 } as const;

/** What was typed, as days that the festival takes; null where it is none. */
export const readRetentionDays = (typed: string): number | null => {
  const text = typed.trim();
  if (!/^\d{1,4}$/.test(text)) return null;
  const days = Number(text);
  return days >= RETENTION_DAYS.least && days <= RETENTION_DAYS.most ? days : null;
};
