/** Why no report was made; on the screen as `errors.report_…`. */
export const reportErrorTexts = {
  en: {
    report_time_unreadable: '“{{time}}” is no day and no time. Write 2026-07-03, or 2026-07-03T18:00.',
    report_range_empty: 'The end ({{to}}) is not after the start ({{from}}).',
  },
  fr: {
    report_time_unreadable: '« {{time}} » n’est ni un jour ni une heure. Écrivez 2026-07-03, ou 2026-07-03T18:00.',
    report_range_empty: 'La fin ({{to}}) ne suit pas le début ({{from}}).',
  },
} as const;
