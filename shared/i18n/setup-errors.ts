/** What may be wrong with a root certificate, or with a file of settings, that somebody chooses. */
export const setupErrorTexts = {
  en: {
    certificate_unreadable:
      'This file is not a certificate. Choose the root certificate of the server, usually a .crt or .pem file.',
    certificate_is_key:
      'This file contains a private key, which belongs on the server alone. Nothing was copied. Choose the root certificate.',
    certificate_expired: 'This certificate expired on {{expires}}. Ask the server’s host for the current one.',
    certificate_not_yet:
      'This certificate is valid only from {{from}}. Check the clock of this laptop, or ask the server’s host.',
    certificate_no_root:
      'This is the certificate of a server, not of the authority that signed it. Ask the server’s host for the root certificate.',
    carried_damaged: 'The file is damaged. Nothing was imported. Export it again.',
    carried_other_file: 'This is not a file of festival settings from Regie. Nothing was imported.',
    carried_newer: 'This file was written by a newer Regie. Update Regie on this laptop first.',
    carried_misfit: 'A value in the file does not fit: {{where}}. Nothing was imported.',
    carried_changed: 'The file was changed after it was written: its checksum does not match. Nothing was imported.',
    carried_locked: 'This file is locked. Enter its passphrase.',
    carried_detector_unknown: 'this version of Regie has no such detector',
    carried_threshold_refused: 'a threshold is outside the limits of this version',
    carried_word_fixed: 'here this word has a fixed meaning',
    carried_escalation_refused: 'an address of a channel does not start with https://',
  },
  fr: {
    certificate_unreadable:
      'Ce fichier n’est pas un certificat. Choisissez le certificat racine du serveur, en général un fichier .crt ou .pem.',
    certificate_is_key:
      'Ce fichier contient une clé privée, dont la place est sur le serveur seul. Rien n’a été copié. Choisissez le certificat racine.',
    certificate_expired: 'Ce certificat a expiré le {{expires}}. Demandez l’actuel à l’hébergeur du serveur.',
    certificate_not_yet:
      'Ce certificat n’est valable qu’à partir du {{from}}. Vérifiez l’horloge de ce poste, ou demandez à l’hébergeur du serveur.',
    certificate_no_root:
      'C’est le certificat d’un serveur, pas celui de l’autorité qui l’a signé. Demandez le certificat racine à l’hébergeur du serveur.',
    carried_damaged: 'Le fichier est endommagé. Rien n’a été importé. Exportez-le de nouveau.',
    carried_other_file: 'Ce n’est pas un fichier de réglages de festival de Regie. Rien n’a été importé.',
    carried_newer: 'Ce fichier vient d’un Regie plus récent. Mettez d’abord Regie à jour sur ce poste.',
    carried_misfit: 'Une valeur du fichier ne convient pas : {{where}}. Rien n’a été importé.',
    carried_changed:
      'Le fichier a été modifié après son écriture : son empreinte ne correspond pas. Rien n’a été importé.',
    carried_locked: 'Ce fichier est verrouillé. Saisissez sa phrase secrète.',
    carried_detector_unknown: 'cette version de Regie n’a pas ce détecteur',
    carried_threshold_refused: 'un seuil est hors des limites de cette version',
    carried_word_fixed: 'ici, ce mot a un sens fixe',
    carried_escalation_refused: 'une adresse de canal ne commence pas par https://',
  },
} as const;
