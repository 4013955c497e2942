/** Why no report was made; on the screen as `errors.report_…`. */
export const reportErrorTexts = {
  en: {
    report_time_unreadable: '“{{time}}” is no day and no time. Write 2026-07-03, or 2026-07-03T18:00.',
    report_running: 'A report is being made on this laptop already.',
    report_cancelled: 'The report was cancelled. Nothing was written.',
    report_disk_full: 'The disk of this laptop is full: the report was not written.',
    report_missing: 'This laptop no longer has this report.',
    report_signed: '{{name}} has signed this report already.',
    report_other_festival: 'This report is of another festival.',
    report_other_trail:
      'This report has seen an audit trail that this festival does not have: after a restored backup, make a new one.',
    report_range_empty: 'The end ({{to}}) is not after the start ({{from}}).',
  },
  fr: {
    report_time_unreadable: '« {{time}} » n’est ni un jour ni une heure. Écrivez 2026-07-03, ou 2026-07-03T18:00.',
    report_running: 'Un rapport est déjà en cours sur ce poste.',
    report_cancelled: 'Le rapport a été annulé. Rien n’a été écrit.',
    report_disk_full: 'Le disque de ce poste est plein : le rapport n’a pas été écrit.',
    report_missing: 'Ce poste n’a plus ce rapport.',
    report_signed: '{{name}} a déjà signé ce rapport.',
    report_other_festival: 'Ce rapport est celui d’un autre festival.',
    report_other_trail:
      'Ce rapport a vu une piste d’audit que ce festival n’a pas : après une restauration, établissez-en un nouveau.',
    report_range_empty: 'La fin ({{to}}) ne suit pas le début ({{from}}).',
  },
} as const;
