/** Updates of the program: Settings, This laptop. */
export const updatesTexts = {
  en: {
    title: 'Updates',
    text: 'Regie checks for a new version once a day, and downloads and installs it only outside the festival’s opening hours. Anything not signed by the maker of this Regie is refused.',
    noKey:
      'This Regie takes no updates: it was built without a key to tell real ones from others. Install new versions manually.',
    on: 'Keep Regie on this laptop up to date',
    address: 'Update server',
    addressHint: 'A folder on a web server with the files of a release: https://files.example.org/regie',
    addressBuiltIn: 'Leave blank for {{address}}',
    address_none: 'This is not a web address.',
    address_protocol: 'The address must start with https://',
    address_secret: 'The address must not contain a password, “?” or “#”.',
    installed: 'Installed version',
    state: 'New version',
    state_off: 'Updates are off.',
    state_unknown: 'Not checked yet.',
    state_looking: 'Checking…',
    state_current: 'Nothing newer (checked {{time}})',
    state_found: 'Version {{version}} is available.',
    state_downloading: 'Version {{version}}: {{percent}} % downloaded',
    state_ready: 'Version {{version}} is downloaded and verified.',
    found_open: 'The festival is open (closing: {{time}}). It is downloaded after that.',
    found_closed: 'It is downloaded within a minute.',
    found_hours: 'Nobody has set the opening times (Checklists): it is downloaded when you ask for it.',
    ready_open: 'The festival is open (closing: {{time}}). It can be installed after that.',
    ready_waiting_one: '{{count}} action has not reached the festival yet: it can be installed once it has.',
    ready_waiting_other: '{{count}} actions have not reached the festival yet: it can be installed once they have.',
    ready_runbook_one: '{{count}} runbook is still in progress on this laptop: finish or end it first.',
    ready_runbook_other: '{{count}} runbooks are still in progress on this laptop: finish or end them first.',
    ready_quit: 'It is installed the next time somebody quits Regie, or now.',
    ready_hours: 'Nobody has set the opening times (Checklists): it is installed only when you ask for it.',
    ready_soon: 'Next opening: {{time}}. In the 24 hours before that, it is installed only when you ask for it.',
    ready_system: 'On this system it is installed only when you ask for it.',
    restarts:
      'Regie quits, is replaced and starts again. This laptop detects and alerts nobody meanwhile, for about a minute.',
    noRestart:
      'Regie quits and is replaced. Start it again the way you always do: it runs with options that an installer does not know.',
    afterwards:
      'Then test the connection (Settings, Connection): it says whether the database needs the new version too.',
    look: 'Check now',
    download: 'Download now',
    install: 'Install now',
    failed_unreachable: 'The update server does not answer. Check the address and the network.',
    failed_list: 'There is no release for this system at that address, or only part of one.',
    failed_checksum:
      'What was downloaded is not what was published, and was thrown away. Tell whoever runs the server.',
    failed_signature:
      'The version there was not signed by the maker of this Regie, and was refused. Tell whoever runs the server.',
    failed_disk: 'The disk is full, or this account may not replace Regie.',
    failed_unsupported: 'This copy of Regie cannot replace itself: install it from an installer first.',
    failed_other: 'It did not work. This is what happened:',
  },
  fr: {
    title: 'Mises à jour',
    text: 'Regie cherche une nouvelle version une fois par jour, et ne la télécharge ni ne l’installe pendant les heures d’ouverture du festival. Tout ce que l’éditeur de ce Regie n’a pas signé est refusé.',
    noKey:
      'Ce Regie n’accepte pas de mise à jour : il a été construit sans clé pour reconnaître les vraies. Installez les nouvelles versions vous-même.',
    on: 'Garder Regie à jour sur ce poste',
    address: 'Serveur de mises à jour',
    addressHint: 'Un dossier d’un serveur web avec les fichiers d’une version : https://fichiers.example.org/regie',
    addressBuiltIn: 'Laisser vide pour {{address}}',
    address_none: 'Ce n’est pas une adresse web.',
    address_protocol: 'L’adresse doit commencer par https://',
    address_secret: 'L’adresse ne doit contenir ni mot de passe, ni « ? », ni « # ».',
    installed: 'Version installée',
    state: 'Nouvelle version',
    state_off: 'Les mises à jour sont désactivées.',
    state_unknown: 'Pas encore vérifié.',
    state_looking: 'Vérification…',
    state_current: 'Rien de plus récent (vérifié {{time}})',
    state_found: 'La version {{version}} est disponible.',
    state_downloading: 'Version {{version}} : {{percent}} % téléchargés',
    state_ready: 'La version {{version}} est téléchargée et vérifiée.',
    found_open: 'Le festival est ouvert (fermeture : {{time}}). Elle sera téléchargée ensuite.',
    found_closed: 'Le téléchargement commence dans la minute.',
    found_hours:
      'Personne n’a réglé les horaires d’ouverture (Contrôles) : elle est téléchargée quand vous le demandez.',
    ready_open: 'Le festival est ouvert (fermeture : {{time}}). Elle pourra être installée ensuite.',
    ready_waiting_one:
      '{{count}} action n’est pas encore parvenue au festival : l’installation sera possible quand ce sera fait.',
    ready_waiting_other:
      '{{count}} actions ne sont pas encore parvenues au festival : l’installation sera possible quand ce sera fait.',
    ready_runbook_one: '{{count}} procédure est encore en cours sur ce poste : terminez-la ou arrêtez-la d’abord.',
    ready_runbook_other:
      '{{count}} procédures sont encore en cours sur ce poste : terminez-les ou arrêtez-les d’abord.',
    ready_quit: 'Elle s’installera la prochaine fois que quelqu’un quittera Regie, ou tout de suite.',
    ready_hours:
      'Personne n’a réglé les horaires d’ouverture (Contrôles) : elle ne s’installe que si vous le demandez.',
    ready_soon:
      'Prochaine ouverture : {{time}}. Pendant les 24 heures qui précèdent, elle ne s’installe que si vous le demandez.',
    ready_system: 'Sur ce système, elle ne s’installe que si vous le demandez.',
    restarts:
      'Regie se ferme, est remplacé et redémarre. Pendant ce temps, une minute environ, ce poste ne détecte rien et n’alerte personne.',
    noRestart:
      'Regie se ferme et est remplacé. Relancez-le comme d’habitude : il tourne avec des options qu’un installeur ne connaît pas.',
    afterwards:
      'Testez ensuite la connexion (Réglages, Connexion) : le test dit si la base de données a elle aussi besoin de la nouvelle version.',
    look: 'Vérifier maintenant',
    download: 'Télécharger maintenant',
    install: 'Installer maintenant',
    failed_unreachable: 'Le serveur de mises à jour ne répond pas. Vérifiez l’adresse et le réseau.',
    failed_list: 'Il n’y a pas de version pour ce système à cette adresse, ou elle est incomplète.',
    failed_checksum:
      'Ce qui a été téléchargé n’est pas ce qui a été publié, et a été jeté. Prévenez qui gère le serveur.',
    failed_signature:
      'La version proposée n’est pas signée par l’éditeur de ce Regie, et a été refusée. Prévenez qui gère le serveur.',
    failed_disk: 'Le disque est plein, ou ce compte n’a pas le droit de remplacer Regie.',
    failed_unsupported:
      'Cette copie de Regie ne peut pas se remplacer elle-même : installez-la d’abord avec un installeur.',
    failed_other: 'L’opération a échoué. Voici ce qui s’est passé :',
  },
};
