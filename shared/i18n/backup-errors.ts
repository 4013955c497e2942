/** Why a backup is not made, or a file or database refused: on the screen, and in a terminal. */
export const backupErrorTexts = {
  en: {
    backup_file_missing: 'There is no such file, or it cannot be read: {{file}}',
    backup_file_exists: 'A file of that name exists already and is not replaced: {{file}}',
    backup_foreign: 'This is not a backup of Regie.',
    backup_newer_format:
      'This backup was made by a newer Regie, in a format that this one does not know. Update Regie first.',
    backup_newer_schema: 'This backup was made by a newer Regie. Update Regie first, then restore it.',
    backup_other_schema: 'The tables in this backup are not those of any version that this Regie knows: {{what}}',
    backup_damaged: 'The file is damaged or cut off: nothing in it can be trusted. Use another backup.',
    backup_passphrase_missing: 'This backup is locked with a passphrase. Enter it.',
    backup_passphrase_wrong: 'The passphrase is wrong.',
    backup_not_empty:
      'The database is not empty ({{found}}). A backup is restored into a database that has nothing of Regie yet. Nothing was written.',
    backup_not_readable: 'This login may not read everything that belongs in a backup: {{columns}}',
    backup_not_migrated: 'This database has nothing of Regie that could be backed up.',
    backup_not_the_same:
      'What the database answered after the restore is not what the file says (table {{table}}). Everything was undone.',
    backup_running: 'A backup is being made on this laptop already.',
    backup_cancelled: 'The backup was cancelled. No file was written.',
    maintenance_running: 'Maintenance is in progress already.',
    maintenance_over: 'This maintenance has ended already.',
    backup_disk_full: 'The disk is full: no backup was written. Make room, then try again.',
  },
  fr: {
    backup_file_missing: 'Ce fichier n’existe pas ou ne peut pas être lu : {{file}}',
    backup_file_exists: 'Un fichier porte déjà ce nom et n’est pas remplacé : {{file}}',
    backup_foreign: 'Ce n’est pas une sauvegarde de Regie.',
    backup_newer_format:
      'Cette sauvegarde vient d’une version plus récente de Regie, dans un format inconnu de celle-ci. Mettez d’abord Regie à jour.',
    backup_newer_schema:
      'Cette sauvegarde vient d’une version plus récente de Regie. Mettez d’abord Regie à jour, puis restaurez-la.',
    backup_other_schema: 'Les tables de cette sauvegarde ne sont celles d’aucune version connue de ce Regie : {{what}}',
    backup_damaged:
      'Le fichier est endommagé ou tronqué : rien de son contenu n’est fiable. Utilisez une autre sauvegarde.',
    backup_passphrase_missing: 'Cette sauvegarde est protégée par une phrase secrète. Saisissez-la.',
    backup_passphrase_wrong: 'La phrase secrète est incorrecte.',
    backup_not_empty:
      'La base n’est pas vide ({{found}}). Une sauvegarde se restaure dans une base qui ne contient encore rien de Regie. Rien n’a été écrit.',
    backup_not_readable: 'Ce compte n’a pas le droit de lire tout ce qui fait partie d’une sauvegarde : {{columns}}',
    backup_not_migrated: 'Cette base ne contient rien de Regie à sauvegarder.',
    backup_not_the_same:
      'Ce que la base a répondu après la restauration n’est pas ce que dit le fichier (table {{table}}). Tout a été annulé.',
    backup_running: 'Une sauvegarde est déjà en cours sur ce poste.',
    backup_cancelled: 'La sauvegarde a été annulée. Aucun fichier n’a été écrit.',
    maintenance_running: 'Une maintenance est déjà en cours.',
    maintenance_over: 'Cette maintenance est déjà terminée.',
    backup_disk_full: 'Le disque est plein : aucune sauvegarde n’a été écrite. Libérez de l’espace, puis réessayez.',
  },
};
