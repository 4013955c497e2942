/** What can be wrong with Regie itself: a name, a sentence and what it means for each kind (shared/domain/troubles.ts). */
export const troubleTexts = {
  en: {
    onLaptop: ' on {{laptop}}',
    detection_blind: {
      name: 'Detection is blind',
      sentence: 'Detection has been blind{{where}} since {{since}}. {{why}}',
      meaning:
        'No canary check reaches the screen, so a real fault would not reach it either. A quiet board means nothing until this is over.',
    },
    blindWhy: {
      offline: 'The festival’s database cannot be reached.',
      breaker: 'The circuit breaker is open.',
      nobody: 'No laptop runs the engine.',
      engine: 'The engine reads nothing new.',
      screen: 'Canary checks arrive and are not displayed.',
    },
    breaker_open: {
      name: 'Circuit breaker open',
      sentence: 'The circuit breaker has been open since {{since}}. {{error}}',
      meaning: 'Five detection cycles in a row failed. Nothing is detected until one succeeds.',
    },
    no_leader: {
      name: 'Nobody runs the engine',
      sentence: 'No laptop has run the engine since {{since}}',
      meaning: 'The database answers, but no laptop detects anything. Open Regie on one that can reach it.',
    },
    database_read_only: {
      name: 'Database read-only',
      sentence: 'The festival’s database has accepted no writes since {{since}}',
      meaning:
        'Nothing is detected, and what you do waits on this laptop. Often a disk that is full, or a standby server that answers in place of the primary.',
    },
    database_set_back: {
      name: 'Database set back',
      sentence:
        'The festival’s database was set back: {{laptop}} noticed at {{since}}, {{commands}} of its actions are missing',
      meaning:
        'A replica took over that had not received everything, or a backup was restored. Each laptop lists in its outbox which of its actions are missing, to be sent again or discarded. Ask whoever runs the database whether the tills’ transactions are complete. The alert ends when each laptop has read this.',
    },
    link_lost: {
      name: 'Connection lost',
      sentence: '{{laptop}} has had no connection to the festival since {{since}}',
      meaning: 'It shows its own copy, and what is done on it waits. Other laptops may be connected.',
    },
    follower_stuck: {
      name: 'Board not updated',
      sentence: 'The alerts on {{laptop}} have not been updated since {{since}}',
      meaning:
        'The database answers, but this laptop cannot read the alerts. Use another laptop, and restart Regie here.',
    },
    clock_off: {
      name: 'Laptop’s clock is wrong',
      sentence: 'The clock of {{laptop}} is off by {{off}}',
      meaning:
        'Deadlines go by the database’s clock. What is written on this laptop without the network would carry a wrong time.',
    },
    disk_low: {
      name: 'Disk almost full',
      sentence: 'Only {{free}} MB are free on the disk of {{laptop}}',
      meaning: 'Without room nothing can be saved on this laptop: actions are refused.',
    },
    backup_failed: {
      name: 'Backup failed',
      sentence: 'There has been no good backup since {{since}}. {{error}}',
      meaning:
        'What the console recorded would be lost with the database. Make a backup now; the alert ends with the next good one.',
    },
    maintenance_missed: {
      name: 'Maintenance missed',
      sentence: 'Daily maintenance was due {{since}} and was not done. {{error}}',
      meaning:
        'The database grows and slows down without it. It can be run from the Database screen; the alert ends with the next run.',
    },
  },
  fr: {
    onLaptop: ' sur {{laptop}}',
    detection_blind: {
      name: 'Détection aveugle',
      sentence: 'Détection aveugle{{where}} depuis {{since}}. {{why}}',
      meaning:
        'Aucun contrôle témoin n’arrive à l’écran : une vraie panne n’y arriverait pas non plus. D’ici là, un tableau calme ne veut rien dire.',
    },
    blindWhy: {
      offline: 'La base du festival est injoignable.',
      breaker: 'Le disjoncteur est ouvert.',
      nobody: 'Aucun poste n’exécute le moteur.',
      engine: 'Le moteur ne lit rien de nouveau.',
      screen: 'Les contrôles témoins arrivent sans être affichés.',
    },
    breaker_open: {
      name: 'Disjoncteur ouvert',
      sentence: 'Le disjoncteur est ouvert depuis {{since}}. {{error}}',
      meaning: 'Cinq cycles de détection de suite ont échoué. Rien n’est détecté tant qu’aucun ne réussit.',
    },
    no_leader: {
      name: 'Personne n’exécute le moteur',
      sentence: 'Aucun poste n’exécute le moteur depuis {{since}}',
      meaning: 'La base répond, mais aucun poste ne détecte rien. Ouvrez Regie sur un poste qui peut la joindre.',
    },
    database_read_only: {
      name: 'Base en lecture seule',
      sentence: 'La base du festival n’accepte plus d’écritures depuis {{since}}',
      meaning:
        'Rien n’est détecté, et ce que vous faites attend sur ce poste. Souvent un disque plein, ou un serveur de secours qui répond à la place du principal.',
    },
    database_set_back: {
      name: 'Base revenue en arrière',
      sentence:
        'La base du festival est revenue en arrière : {{laptop}} l’a remarqué à {{since}}, {{commands}} de ses actions manquent',
      meaning:
        'Un réplica a pris le relais sans avoir tout reçu, ou une sauvegarde a été restaurée. Chaque poste liste dans « Envois » ses actions manquantes, à renvoyer ou à abandonner. Demandez à qui gère la base si les transactions des caisses sont complètes. L’alerte prend fin quand chaque poste en a pris connaissance.',
    },
    link_lost: {
      name: 'Connexion perdue',
      sentence: '{{laptop}} n’a plus de connexion au festival depuis {{since}}',
      meaning: 'Ce poste affiche sa copie, et ce qui y est fait attend. D’autres postes sont peut-être connectés.',
    },
    follower_stuck: {
      name: 'Tableau figé',
      sentence: 'Les alertes sur {{laptop}} ne sont plus actualisées depuis {{since}}',
      meaning:
        'La base répond, mais ce poste ne parvient pas à lire les alertes. Utilisez un autre poste et redémarrez Regie ici.',
    },
    clock_off: {
      name: 'Horloge du poste fausse',
      sentence: 'L’horloge de {{laptop}} est décalée de {{off}}',
      meaning:
        'Les délais suivent l’horloge de la base. Ce qui est écrit sur ce poste sans réseau porterait une heure fausse.',
    },
    disk_low: {
      name: 'Disque presque plein',
      sentence: 'Il ne reste que {{free}} Mo sur le disque de {{laptop}}',
      meaning: 'Sans place, rien ne peut être enregistré sur ce poste : les actions sont refusées.',
    },
    backup_failed: {
      name: 'Échec de la sauvegarde',
      sentence: 'Aucune sauvegarde réussie depuis {{since}}. {{error}}',
      meaning:
        'Ce que la console a enregistré serait perdu avec la base. Faites une sauvegarde maintenant ; l’alerte prend fin avec la prochaine réussie.',
    },
    maintenance_missed: {
      name: 'Maintenance non faite',
      sentence: 'La maintenance quotidienne était attendue pour {{since}} et n’a pas eu lieu. {{error}}',
      meaning:
        'Sans elle, la base grossit et ralentit. Elle se lance depuis l’écran Base de données ; l’alerte prend fin avec la prochaine exécution.',
    },
  },
} as const;
