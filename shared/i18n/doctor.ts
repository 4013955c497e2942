/**
 * The doctor's sentences: what was found, then what to do. Those about reaching the database are shown without
 * parameters too, as the reason why the link is down.
 */
export const doctorTexts = {
  en: {
    no_primary:
      'The servers of this address answer, but none of them accepts writes: all are replicas. Promote one, or add the primary server to the address.',
    host_unknown: 'Unknown host name. Check the spelling, and that this laptop is on a network.',
    port_refused:
      'Nothing is listening on this port. Check host and port (Postgres normally uses 5432), and that the server is running.',
    host_unreachable: 'The host cannot be reached from this network. Check the network, and whether a VPN is needed.',
    connect_timeout:
      'The host is not responding. Check host and port, the network, and that no firewall blocks this laptop.',
    answer_timeout: 'The connection is half-open: responses stopped. Check the network; the console keeps retrying.',
    connection_lost:
      'The connection was lost. The console keeps retrying; if this persists, check the network and the server.',
    link_slow: 'The database responds slowly. Check the network; if others are slow too, check the server’s load.',
    password_wrong:
      "Wrong user or password. Check both; an administrator can set a new one with: alter role <name> password '…'",
    password_missing: 'The server requires a password. Enter the password of this login.',
    login_refused:
      'The server does not accept this login from here. Ask its administrator to allow this role and address (pg_hba.conf). {{message}}',
    database_unknown: 'The server has no database with this name. Check the name of the database.',
    right_missing:
      'This login lacks a required privilege. An administrator runs: npm run migrate, then: grant regie_console to <name>',
    too_many_connections:
      'The server has no free connections. Close other programs that use it, or ask its administrator to raise max_connections.',
    server_not_ready: 'The server is starting, stopping or recovering. Wait a moment; the console keeps retrying.',
    statement_timeout:
      'The server cancelled a statement that took too long. Try again; if this persists, check the server’s load.',
    tls_required: 'The server only accepts encrypted connections. Choose TLS “verify”.',
    tls_not_offered:
      'The server does not offer TLS. Have TLS enabled there; TLS may be “off” only on a private network.',
    tls_certificate_unknown:
      'The server’s certificate is not signed by an authority that this laptop trusts. Provide the server’s root certificate as a file; do not continue without verifying who responds.',
    tls_certificate_expired:
      'The server’s certificate has expired or is not valid yet. Check this laptop’s clock, then have the certificate renewed.',
    tls_name_mismatch:
      'The server’s certificate is for another host name. Use the host name in the certificate, or have the certificate corrected.',
    tls_failed:
      'The encrypted connection failed. Check that host and port belong to Postgres and that the server offers TLS 1.2 or later.',
    ca_file_unreadable: 'The root certificate file cannot be read. Check its path and permissions.',
    pooler_refuses_settings:
      'A connection pooler responds here and rejects the session settings Regie needs. Use the database’s direct address (normally port 5432).',
    pooler_login:
      'A connection pooler responds here and does not know this user. Use the database’s direct address (normally port 5432), or the user name that the pooler expects.',
    database_error: 'The database returned an error. If it happens again, notify the technical lead. {{message}}',
    pooler_port:
      'Port {{port}} is usually a pooler in transaction mode, which Regie cannot use. Use the direct port, normally 5432.',
    pooler_transaction:
      'A pooler in transaction mode is in front of the database: notifications and session settings are lost. Use the database’s direct address, normally port 5432.',
    pooler_session:
      'A pooler in session mode is in front of the database. This works; the direct address has one less point of failure.',
    tls_verified: 'The connection is encrypted and the server’s certificate is verified.',
    tls_not_verified:
      'The connection is encrypted, but the server’s identity is not verified. Provide the server’s root certificate and choose TLS “verify”.',
    tls_off:
      'The connection is not encrypted: passwords and card data cross the network in plain text. Choose TLS “verify”.',
    clock_agrees: 'This laptop’s clock matches the database’s. Round trip: {{roundTripMs}} ms.',
    clock_behind:
      'This laptop’s clock is {{seconds}} s behind the database. Turn on automatic time in the system settings; detection uses the database’s time.',
    clock_ahead:
      'This laptop’s clock is {{seconds}} s ahead of the database. Turn on automatic time in the system settings; detection uses the database’s time.',
    server_version: 'Postgres {{version}}.',
    server_too_old: 'Postgres {{version}} is too old. Regie needs 15 to 18: have the server upgraded.',
    server_too_new:
      'Postgres {{version}} is newer than the versions Regie was tested with (15 to 18). It may work; rehearse before the festival.',
    server_is_replica:
      'This server is a replica: balances may be out of date and nothing can be written. Connect to the primary server.',
    read_only:
      'The role {{role}} or its database is read-only. An administrator runs: alter role {{role}} reset default_transaction_read_only (or the same for the database).',
    festival_tables_found: 'The festival’s tables were found.',
    festival_tables_missing:
      'The festival’s tables are missing: {{tables}}. Check that this is the festival’s database, and its schema public.',
    festival_tables_optional:
      'Tables not found: {{tables}}. Regie works without them; orders and top-ups are shown with less detail.',
    festival_columns_missing:
      'Columns are missing: {{columns}}. Regie cannot work without them: ask whoever maintains the festival’s system.',
    festival_columns_optional: 'Columns not found: {{columns}}. Regie works without them; some details stay blank.',
    amount_not_exact:
      'Card balances are stored as {{type}}, not as an exact number. Have table_cards.amount changed to numeric(10,2) before correcting money.',
    migrations_applied: 'Regie’s own tables and functions are up to date.',
    migrations_missing:
      'Regie’s own tables do not exist yet. A database administrator runs: npm run migrate -- --database postgres://administrator@host/database',
    migrations_pending:
      'Regie’s own tables are older than this console. An administrator runs npm run migrate for: {{migrations}}.',
    database_newer: 'This database was prepared by a newer Regie. Update Regie on this laptop.',
    database_prerelease:
      'This database was prepared by a Regie from before the first release, whose tables cannot be upgraded. A database administrator runs: drop schema console cascade (the festival’s own tables and the monitoring events stay, everything else of Regie is deleted), then npm run migrate.',
    migrations_hidden:
      'The role {{role}} cannot access the schema console. An administrator runs: grant regie_console to {{role}}',
    migrate_not_allowed:
      'This login lacks the privileges that a migration needs. Use one that owns the database and has createrole, or a superuser; for tables owned by another role, also their owner.',
    festival_access_not_granted:
      'The migration was applied, but these tables belong to another role and the console cannot use them yet: {{tables}}. Their owner also runs npm run migrate, or grants the privileges listed in docs/operations.md.',
    migration_running: 'Another migration is still running on this database. Wait for it to finish, then try again.',
    migration_failed: 'The migration failed and was rolled back. Give this to the technical lead: {{message}}',
    grants_found: 'The role {{role}} has the privileges it needs.',
    grants_missing:
      'The role {{role}} lacks: {{grants}}. An administrator runs npm run migrate again, which grants them.',
    role_not_granted:
      'The role {{role}} does not have the console’s privileges. An administrator runs: grant regie_console to {{role}}. It lacks: {{grants}}.',
    correction_grants_missing:
      'Corrections cannot work: regie_owner lacks {{grants}}. An administrator runs npm run migrate again, which grants them.',
    rights_superuser:
      'The role {{role}} is a superuser: anyone with this laptop can do anything to the database. Create a login with only the role regie_console, and connect with that.',
    rights_owner:
      'The role {{role}} owns tables that it should only use: {{tables}}. Create a login with only the role regie_console, and connect with that.',
    rights_excessive:
      'The role {{role}} has more privileges than it needs: {{rights}}. Revoke them, or connect with a login that has only the role regie_console.',
    role_settings:
      'Sessions of the role {{role}} start with settings of its own: {{settings}}. Any laptop with this login can make them. Unless an administrator meant them, an administrator runs: alter role {{role}} reset all',
    row_security_hides:
      'Row-level security hides all rows of: {{tables}}. An administrator runs for each: create policy regie on public.<table> to regie_console, regie_owner using (true) with check (true)',
    row_security_may_hide:
      'Row-level security may hide rows of: {{tables}}. An administrator checks that its policies let regie_console and regie_owner see every row.',
    row_security_open: 'Row-level security is on, and lets the consoles see every row of: {{tables}}.',
    administrator_makes_no_roles:
      'The login {{role}} may not create roles. Use one that may (on Supabase: postgres), or a superuser.',
    administrator_makes_no_schema:
      'The login {{role}} may not create anything in this database. Use its owner’s login, or a superuser’s.',
    administrator_owns_not:
      'The login {{role}} does not own: {{tables}}. It may not be able to let the consoles read them: their owner’s login can.',
    festival_in_use:
      'Regie is already in use here. Operators: {{operators}}; laptops: {{laptops}}. This laptop gets a login of its own and is then added by one of the supervisors.',
    login_taken:
      'There is already a login {{role}} on this server, and this laptop did not create it. Choose another name.',
    login_not_made:
      'The login {{role}} could not be created. Use the administrator’s login with which Regie was first prepared here, or a superuser’s. The server says: {{message}}',
    policy_not_made:
      'The row-level security policies could not be created for: {{tables}}. The owner of these tables can. The server says: {{message}}',
    policy_table_busy:
      'Somebody is holding a lock on one of: {{tables}}. Nothing was changed there. Try again in a moment.',
    ca_expires:
      'The root certificate in use expires on {{expires}}. Get the new one from the server’s host before that.',
    sizes:
      'Log: {{transactions}} transactions ({{transactionsMb}} MB), {{scans}} scans ({{scansMb}} MB), {{cards}} cards (estimated).',
    column_types_differ:
      'Columns have another type than Regie expects (found ≠ expected): {{columns}}. What cannot be read is set aside.',
    sequences_behind:
      'Sequences are behind their tables, as after a data-only restore: new rows fail. An administrator runs: {{statements}}',
    card_index_missing:
      'The log has no index on card_id: card screens and corrections become slower as it grows. An administrator can run: create index concurrently on public.app_transaction_log (card_id)',
    earlier_monitoring:
      'Another monitoring system is installed here ({{functions}}). Regie shows its events like its own and never calls it. Stop its schedule if the same faults appear twice.',
  },
  fr: {
    no_primary:
      'Les serveurs de cette adresse répondent, mais aucun n’accepte d’écritures : tous sont des réplicas. Promouvez-en un, ou ajoutez le serveur principal à l’adresse.',
    host_unknown: 'Nom d’hôte inconnu. Vérifiez l’orthographe et que ce poste est connecté à un réseau.',
    port_refused:
      'Rien n’écoute sur ce port. Vérifiez l’hôte et le port (Postgres utilise en général 5432), et que le serveur est démarré.',
    host_unreachable: 'L’hôte est injoignable depuis ce réseau. Vérifiez le réseau, et s’il faut un VPN.',
    connect_timeout:
      'L’hôte ne répond pas. Vérifiez l’hôte et le port, le réseau, et qu’aucun pare-feu ne bloque ce poste.',
    answer_timeout:
      'La connexion est ouverte mais plus aucune réponse n’arrive. Vérifiez le réseau ; la console continue d’essayer.',
    connection_lost:
      'La connexion est perdue. La console continue d’essayer ; si cela persiste, vérifiez le réseau et le serveur.',
    link_slow:
      'La base répond lentement. Vérifiez le réseau ; si les autres postes sont lents aussi, vérifiez la charge du serveur.',
    password_wrong:
      "Utilisateur ou mot de passe incorrect. Vérifiez les deux ; un administrateur peut en définir un nouveau avec : alter role <nom> password '…'",
    password_missing: 'Le serveur demande un mot de passe. Saisissez celui de ce compte.',
    login_refused:
      'Le serveur n’accepte pas ce compte depuis ici. Demandez à son administrateur d’autoriser ce rôle et cette adresse (pg_hba.conf). {{message}}',
    database_unknown: 'Aucune base de ce nom sur le serveur. Vérifiez le nom de la base.',
    right_missing:
      'Il manque un droit à ce compte. Un administrateur exécute : npm run migrate, puis : grant regie_console to <nom>',
    too_many_connections:
      'Le serveur n’a plus de connexion libre. Fermez d’autres programmes qui l’utilisent, ou demandez à son administrateur d’augmenter max_connections.',
    server_not_ready: 'Le serveur démarre, s’arrête ou récupère. Patientez un instant ; la console continue d’essayer.',
    statement_timeout:
      'Le serveur a annulé une requête trop longue. Réessayez ; si cela persiste, vérifiez la charge du serveur.',
    tls_required: 'Le serveur n’accepte que les connexions chiffrées. Choisissez TLS « vérifié ».',
    tls_not_offered:
      'Le serveur ne propose pas TLS. Faites-le activer ; TLS ne peut être « désactivé » que sur un réseau privé.',
    tls_certificate_unknown:
      'Le certificat du serveur n’est pas signé par une autorité reconnue par ce poste. Fournissez le certificat racine du serveur dans un fichier ; ne continuez pas sans vérifier qui répond.',
    tls_certificate_expired:
      'Le certificat du serveur a expiré ou n’est pas encore valable. Vérifiez l’horloge de ce poste, puis faites renouveler le certificat.',
    tls_name_mismatch:
      'Le certificat du serveur est établi pour un autre nom d’hôte. Utilisez le nom du certificat, ou faites-le corriger.',
    tls_failed:
      'La connexion chiffrée a échoué. Vérifiez que l’hôte et le port sont ceux de Postgres et que le serveur propose TLS 1.2 ou plus récent.',
    ca_file_unreadable: 'Le fichier du certificat racine est illisible. Vérifiez son chemin et ses droits.',
    pooler_refuses_settings:
      'Un répartiteur (pooler) répond ici et refuse les réglages de session nécessaires à Regie. Utilisez l’adresse directe de la base (en général le port 5432).',
    pooler_login:
      'Un répartiteur (pooler) répond ici et ne connaît pas cet utilisateur. Utilisez l’adresse directe de la base (en général le port 5432), ou le nom d’utilisateur attendu par le pooler.',
    database_error: 'La base a renvoyé une erreur. Si cela se répète, prévenez le responsable technique. {{message}}',
    pooler_port:
      'Le port {{port}} est en général celui d’un répartiteur (pooler) en mode transaction, que Regie ne peut pas utiliser. Utilisez le port direct, en général 5432.',
    pooler_transaction:
      'Un répartiteur (pooler) en mode transaction se trouve devant la base : notifications et réglages de session sont perdus. Utilisez l’adresse directe de la base, en général le port 5432.',
    pooler_session:
      'Un répartiteur (pooler) en mode session se trouve devant la base. Cela fonctionne ; l’adresse directe évite un point de panne.',
    tls_verified: 'La connexion est chiffrée et le certificat du serveur est vérifié.',
    tls_not_verified:
      'La connexion est chiffrée, mais l’identité du serveur n’est pas vérifiée. Fournissez le certificat racine du serveur et choisissez TLS « vérifié ».',
    tls_off:
      'La connexion n’est pas chiffrée : mots de passe et données des cartes traversent le réseau en clair. Choisissez TLS « vérifié ».',
    clock_agrees: 'L’horloge de ce poste concorde avec celle de la base. Aller-retour : {{roundTripMs}} ms.',
    clock_behind:
      'L’horloge de ce poste retarde de {{seconds}} s sur la base. Activez l’heure automatique du système ; la détection utilise l’heure de la base.',
    clock_ahead:
      'L’horloge de ce poste avance de {{seconds}} s sur la base. Activez l’heure automatique du système ; la détection utilise l’heure de la base.',
    server_version: 'Postgres {{version}}.',
    server_too_old: 'Postgres {{version}} est trop ancien. Regie demande 15 à 18 : faites mettre le serveur à jour.',
    server_too_new:
      'Postgres {{version}} est plus récent que les versions testées avec Regie (15 à 18). Cela peut fonctionner ; répétez avant le festival.',
    server_is_replica:
      'Ce serveur est un réplica : les soldes peuvent y être périmés et rien ne peut y être écrit. Connectez-vous au serveur principal.',
    read_only:
      'Le rôle {{role}} ou sa base est en lecture seule. Un administrateur exécute : alter role {{role}} reset default_transaction_read_only (ou de même pour la base).',
    festival_tables_found: 'Les tables du festival ont été trouvées.',
    festival_tables_missing:
      'Des tables du festival manquent : {{tables}}. Vérifiez que c’est la base du festival, et son schéma public.',
    festival_tables_optional:
      'Tables absentes : {{tables}}. Regie fonctionne sans elles ; commandes et recharges sont affichées avec moins de détails.',
    festival_columns_missing:
      'Des colonnes manquent : {{columns}}. Regie ne peut pas fonctionner sans elles : demandez aux responsables du système du festival.',
    festival_columns_optional:
      'Colonnes absentes : {{columns}}. Regie fonctionne sans elles ; certains détails restent vides.',
    amount_not_exact:
      'Le solde des cartes est enregistré en {{type}}, pas en nombre exact. Faites passer table_cards.amount en numeric(10,2) avant toute correction.',
    migrations_applied: 'Les tables et fonctions de Regie sont à jour.',
    migrations_missing:
      'Les tables de Regie n’existent pas encore. Choisissez « Connecter un festival » et préparez-le avec un compte d’administrateur, ou un administrateur exécute : npm run migrate -- --database postgres://administrateur@hôte/base',
    migrations_pending:
      'Les tables de Regie sont plus anciennes que cette console. Un administrateur exécute npm run migrate pour : {{migrations}}.',
    database_newer:
      'Cette base a été préparée par une version plus récente de Regie. Mettez Regie à jour sur ce poste.',
    database_prerelease:
      'Cette base a été préparée par une version de Regie antérieure à la première version publiée, dont les tables ne peuvent pas être mises à niveau. Un administrateur de la base exécute : drop schema console cascade (les tables du festival et les événements de surveillance restent, tout le reste de Regie est supprimé), puis npm run migrate.',
    migrations_hidden:
      'Le rôle {{role}} n’a pas accès au schéma console. Un administrateur exécute : grant regie_console to {{role}}',
    migrate_not_allowed:
      'Ce compte n’a pas les droits nécessaires à une migration. Utilisez celui qui possède la base et dispose de createrole, ou un superutilisateur ; pour les tables d’un autre rôle, aussi leur propriétaire.',
    festival_access_not_granted:
      'La migration est appliquée, mais ces tables appartiennent à un autre rôle et la console ne peut pas encore les utiliser : {{tables}}. Leur propriétaire exécute aussi npm run migrate, ou accorde les droits listés dans docs/operations.md.',
    migration_running: 'Une autre migration est en cours sur cette base. Attendez sa fin, puis réessayez.',
    migration_failed: 'La migration a échoué et a été annulée. Transmettez ceci au responsable technique : {{message}}',
    grants_found: 'Le rôle {{role}} a les droits nécessaires.',
    grants_missing:
      'Il manque au rôle {{role}} : {{grants}}. Un administrateur relance npm run migrate, qui les accorde.',
    role_not_granted:
      'Le rôle {{role}} n’a pas les droits de la console. Un administrateur exécute : grant regie_console to {{role}}. Il manque : {{grants}}.',
    correction_grants_missing:
      'Les corrections sont impossibles : il manque à regie_owner {{grants}}. Un administrateur relance npm run migrate, qui les accorde.',
    rights_superuser:
      'Le rôle {{role}} est superutilisateur : quiconque a ce poste peut tout faire à la base. Créez un compte avec le seul rôle regie_console et connectez-vous avec lui.',
    rights_owner:
      'Le rôle {{role}} possède des tables qu’il devrait seulement utiliser : {{tables}}. Créez un compte avec le seul rôle regie_console et connectez-vous avec lui.',
    rights_excessive:
      'Le rôle {{role}} a plus de droits que nécessaire : {{rights}}. Retirez-les, ou connectez-vous avec un compte qui a le seul rôle regie_console.',
    role_settings:
      'Les sessions du rôle {{role}} démarrent avec des réglages propres au rôle : {{settings}}. Tout ordinateur qui a ce compte peut les poser. S’ils ne viennent pas d’un administrateur, celui-ci exécute : alter role {{role}} reset all',
    row_security_hides:
      'La sécurité au niveau des lignes masque toutes les lignes de : {{tables}}. Un administrateur exécute pour chacune : create policy regie on public.<table> to regie_console, regie_owner using (true) with check (true)',
    row_security_may_hide:
      'La sécurité au niveau des lignes peut masquer des lignes de : {{tables}}. Un administrateur vérifie que ses règles laissent regie_console et regie_owner voir toutes les lignes.',
    row_security_open:
      'La sécurité au niveau des lignes est active et laisse les consoles voir toutes les lignes de : {{tables}}.',
    administrator_makes_no_roles:
      'Le compte {{role}} n’a pas le droit de créer des rôles. Utilisez-en un qui l’a (chez Supabase : postgres), ou un superutilisateur.',
    administrator_makes_no_schema:
      'Le compte {{role}} n’a le droit de rien créer dans cette base. Utilisez le compte de son propriétaire, ou un superutilisateur.',
    administrator_owns_not:
      'Le compte {{role}} ne possède pas : {{tables}}. Il ne pourra peut-être pas laisser les consoles les lire ; le compte de leur propriétaire le peut.',
    festival_in_use:
      'Regie est déjà utilisé ici. Opérateurs : {{operators}} ; postes : {{laptops}}. Ce poste reçoit son propre compte, puis un superviseur l’ajoute.',
    login_taken: 'Il y a déjà un compte {{role}} sur ce serveur, et ce poste ne l’a pas créé. Choisissez un autre nom.',
    login_not_made:
      'Le compte {{role}} n’a pas pu être créé. Utilisez le compte d’administrateur qui a préparé Regie ici la première fois, ou un superutilisateur. Réponse du serveur : {{message}}',
    policy_not_made:
      'Les règles de sécurité au niveau des lignes n’ont pas pu être créées pour : {{tables}}. Le propriétaire de ces tables le peut. Réponse du serveur : {{message}}',
    policy_table_busy:
      'Quelqu’un garde un verrou sur l’une de ces tables : {{tables}}. Rien n’y a été changé. Réessayez dans un instant.',
    ca_expires:
      'Le certificat racine utilisé expire le {{expires}}. Demandez le nouveau à l’hébergeur du serveur avant cette date.',
    sizes:
      'Journal : {{transactions}} transactions ({{transactionsMb}} Mo), {{scans}} lectures ({{scansMb}} Mo), {{cards}} cartes (estimation).',
    column_types_differ:
      'Des colonnes n’ont pas le type attendu (trouvé ≠ attendu) : {{columns}}. Ce qui ne peut être lu est mis de côté.',
    sequences_behind:
      'Des séquences sont en retard sur leur table, comme après une restauration des seules données : les nouvelles lignes échouent. Un administrateur exécute : {{statements}}',
    card_index_missing:
      'Le journal n’a pas d’index sur card_id : les fiches de carte et les corrections ralentissent à mesure qu’il grandit. Un administrateur peut exécuter : create index concurrently on public.app_transaction_log (card_id)',
    earlier_monitoring:
      'Un autre système de surveillance est installé ici ({{functions}}). Regie affiche ses événements comme les siens et ne l’appelle jamais. Arrêtez sa planification si les mêmes anomalies apparaissent deux fois.',
  },
} as const;

export type DoctorCode = keyof (typeof doctorTexts)['en'];
