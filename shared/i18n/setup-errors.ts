/** What may be wrong with a root certificate that somebody chooses. */
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
  },
} as const;
