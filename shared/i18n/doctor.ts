/**
 * The doctor's sentences: what was found, then what to do. Those about reaching the database are shown without
 * parameters too, as the reason why the link is down.
 */
export const doctorTexts = {
  en: {
    host_unknown: 'The host name is not known. Check its spelling, and that this laptop has a network.',
    port_refused:
      'Nothing listens on this port. Check host and port (Postgres normally uses 5432), and that the server runs.',
    host_unreachable: 'The host cannot be reached from this network. Check the network, and whether a VPN is needed.',
    connect_timeout:
      'The host does not answer. Check host and port, the network, and that a firewall lets this laptop through.',
    answer_timeout: 'The connection is open but answers stopped coming. Check the network; the console goes on trying.',
    connection_lost:
      'The connection was lost. The console goes on trying; if it stays so, check the network and the server.',
    link_slow: 'The database answers slowly. Check the network; if others are slow too, check the load of the server.',
    password_wrong:
      "User or password is wrong. Check both; an administrator sets a new one with: alter role <name> password '…'",
    password_missing: 'The server asks for a password and none was given. Enter the password of this login.',
    login_refused:
      'The server does not let this login in from here. Ask its administrator to allow this role and address (pg_hba.conf). {{message}}',
    database_unknown: 'There is no database of this name on the server. Check the name of the database.',
    right_missing:
      'This login lacks a right that is needed. An administrator runs: npm run migrate, then: grant regie_console to <name>',
    too_many_connections:
      'The server has no connection left. Close other programs on it, or ask its administrator to raise max_connections.',
    server_not_ready: 'The server is starting, stopping or recovering. Wait a moment; the console goes on trying.',
    statement_timeout:
      'The server stopped a statement that took too long. Try again; if it stays so, check the load of the server.',
    tls_required: 'The server accepts only encrypted connections. Choose TLS "verify".',
    tls_not_offered:
      'The server does not offer TLS. Have TLS switched on there; only on a network of your own may TLS be "off".',
    tls_certificate_unknown:
      "The server's certificate is not signed by an authority that this laptop knows. Give the root certificate of the server as a file; do not go on without checking who answers.",
    tls_certificate_expired:
      "The server's certificate is expired or not valid yet. Check the clock of this laptop, then have the certificate renewed.",
    tls_name_mismatch:
      "The server's certificate is for another host name. Use the host name of the certificate, or have the certificate corrected.",
    tls_failed:
      'The encrypted connection could not be made. Check that port and host belong to Postgres and that the server offers TLS 1.2 or later.',
    ca_file_unreadable: 'The file with the root certificate cannot be read. Check its path and its rights.',
    pooler_refuses_settings:
      'A pooler answers here and refuses the settings of our sessions. Use the direct address of the database (normally port 5432).',
    pooler_login:
      'A pooler answers here and does not know this user. Use the direct address of the database (normally port 5432), or the user name that the pooler asks for.',
    database_error: 'The database answered with an error. If it happens again, tell the technical lead. {{message}}',
    pooler_port:
      'Port {{port}} is usually that of a pooler in transaction mode, with which Regie cannot work. Use the direct port, normally 5432.',
    pooler_transaction:
      'A pooler in transaction mode stands before the database: notifications and session settings are lost there. Use the direct address of the database, normally port 5432.',
    pooler_session:
      'A pooler in session mode stands before the database. That works; the direct address is one thing less that can fail.',
    tls_verified: "The connection is encrypted and the server's certificate is verified.",
    tls_not_verified:
      'The connection is encrypted, but nobody checks who answers. Give the server\'s root certificate and choose TLS "verify".',
    tls_off:
      'The connection is not encrypted: password and card data cross the network in plain text. Choose TLS "verify".',
    clock_agrees: 'The clocks of laptop and database agree. Round trip: {{roundTripMs}} ms.',
    clock_behind:
      'The clock of this laptop is {{seconds}} s behind the database. Switch on the automatic time of the system; detection uses the time of the database.',
    clock_ahead:
      'The clock of this laptop is {{seconds}} s ahead of the database. Switch on the automatic time of the system; detection uses the time of the database.',
    server_version: 'Postgres {{version}}.',
    server_too_old: 'Postgres {{version}} is too old. Regie needs 15 to 18: have the server upgraded.',
    server_too_new:
      'Postgres {{version}} is newer than what Regie was tested with (15 to 18). It may work; rehearse before the festival.',
    server_is_replica:
      'This server is a replica: balances there may be old and nothing can be written. Connect to the primary server.',
    read_only:
      'The role {{role}} or its database is set to read only. An administrator runs: alter role {{role}} reset default_transaction_read_only (or the same for the database).',
    festival_tables_found: "The festival's tables are there.",
    festival_tables_missing:
      "The festival's tables are missing: {{tables}}. Check that this is the festival's database, and its schema public.",
    festival_tables_optional:
      'Tables that are not there: {{tables}}. Regie works without them; orders and recharges are shown with less detail.',
    festival_columns_missing:
      "Columns are missing: {{columns}}. Regie cannot work without them: ask who keeps the festival's system.",
    festival_columns_optional:
      'Columns that are not there: {{columns}}. Regie works without them; some details stay empty.',
    amount_not_exact:
      'The balance of the cards is stored as {{type}}, not as an exact number. Have table_cards.amount made numeric(10,2) before money is corrected.',
    migrations_applied: "Regie's own tables and functions are up to date.",
    migrations_missing:
      "Regie's own tables are not there yet. An administrator of the database runs: npm run migrate -- --database postgres://administrator:…@host/database",
    migrations_pending:
      "Regie's own tables are older than this console. An administrator runs npm run migrate for: {{migrations}}.",
    database_newer: 'This database was prepared by a newer Regie. Update Regie on this laptop.',
    database_prerelease:
      "This database was prepared by a Regie from before the first release, whose tables are not carried over. An administrator of the database runs: drop schema console cascade (the festival's own tables and the monitoring events stay, everything else of Regie goes), then npm run migrate.",
    migrations_hidden:
      'The role {{role}} may not look into the schema console. An administrator runs: grant regie_console to {{role}}',
    migrate_not_allowed:
      'This login may not do what a migration needs. Use one that owns the database and may create roles (createrole), or a superuser; on tables of somebody else, also their owner.',
    festival_access_not_granted:
      'The migration was applied, but these tables belong to somebody else and the console cannot use them yet: {{tables}}. Their owner runs npm run migrate as well, or gives the rights that docs/operations.md names.',
    migration_running:
      'Another migration is still running on this database. Wait for it to end, then run npm run migrate again.',
    migration_failed: 'The migration failed and nothing of it was kept. Give this to the technical lead: {{message}}',
    grants_found: 'The role {{role}} has the rights that it needs.',
    grants_missing: 'The role {{role}} lacks: {{grants}}. An administrator runs npm run migrate again; it gives them.',
    role_not_granted:
      'The role {{role}} does not have the rights of the console. An administrator runs: grant regie_console to {{role}}. It lacks: {{grants}}.',
    correction_grants_missing:
      'Corrections cannot work: regie_owner lacks {{grants}}. An administrator runs npm run migrate again; it gives them.',
    rights_superuser:
      'The role {{role}} is a superuser: whoever holds this laptop can do anything to the database. Make a login with the role regie_console only, and connect with that.',
    rights_owner:
      'The role {{role}} owns tables that it should only use: {{tables}}. Make a login with the role regie_console only, and connect with that.',
    rights_excessive:
      'The role {{role}} has more rights than it needs: {{rights}}. Revoke them, or connect with a login that has the role regie_console only.',
    row_security_hides:
      'Row level security hides all rows of: {{tables}}. An administrator runs for each: create policy regie on public.<table> to regie_console, regie_owner using (true) with check (true)',
    row_security_may_hide:
      'Row level security may hide rows of: {{tables}}. An administrator checks that its policies let regie_console and regie_owner see every row.',
    sizes:
      'Log: {{transactions}} transactions ({{transactionsMb}} MB), {{scans}} scans ({{scansMb}} MB), {{cards}} cards (estimated).',
    card_index_missing:
      'The log has no index on card_id: card screens and corrections get slower as it grows. An administrator may run: create index concurrently on public.app_transaction_log (card_id)',
    earlier_monitoring:
      'An earlier monitoring system is here ({{functions}}). Regie shows its events like its own and never calls it. Stop its schedule if the same faults appear twice.',
  },
  fr: {
    host_unknown: "Le nom d'hôte est inconnu. Vérifiez son orthographe et que ce portable a un réseau.",
    port_refused:
      "Rien n'écoute sur ce port. Vérifiez l'hôte et le port (Postgres utilise en général 5432), et que le serveur tourne.",
    host_unreachable: "L'hôte est injoignable depuis ce réseau. Vérifiez le réseau, et s'il faut un VPN.",
    connect_timeout:
      "L'hôte ne répond pas. Vérifiez l'hôte et le port, le réseau, et qu'un pare-feu laisse passer ce portable.",
    answer_timeout:
      "La connexion est ouverte mais les réponses n'arrivent plus. Vérifiez le réseau ; la console continue d'essayer.",
    connection_lost:
      "La connexion est perdue. La console continue d'essayer ; si cela dure, vérifiez le réseau et le serveur.",
    link_slow:
      'La base répond lentement. Vérifiez le réseau ; si les autres sont lents aussi, vérifiez la charge du serveur.',
    password_wrong:
      "Utilisateur ou mot de passe incorrect. Vérifiez les deux ; un administrateur en fixe un nouveau avec : alter role <nom> password '…'",
    password_missing:
      "Le serveur demande un mot de passe et aucun n'est donné. Saisissez le mot de passe de ce compte.",
    login_refused:
      "Le serveur n'admet pas ce compte depuis ici. Demandez à son administrateur d'autoriser ce rôle et cette adresse (pg_hba.conf). {{message}}",
    database_unknown: 'Aucune base de ce nom sur le serveur. Vérifiez le nom de la base.',
    right_missing:
      'Il manque un droit à ce compte. Un administrateur lance : npm run migrate, puis : grant regie_console to <nom>',
    too_many_connections:
      "Le serveur n'a plus de connexion libre. Fermez d'autres programmes, ou demandez à son administrateur d'augmenter max_connections.",
    server_not_ready:
      "Le serveur démarre, s'arrête ou se rétablit. Patientez un instant ; la console continue d'essayer.",
    statement_timeout:
      'Le serveur a arrêté une requête trop longue. Réessayez ; si cela dure, vérifiez la charge du serveur.',
    tls_required: "Le serveur n'accepte que les connexions chiffrées. Choisissez TLS « vérifié ».",
    tls_not_offered:
      'Le serveur ne propose pas TLS. Faites-le activer ; TLS ne peut être désactivé que sur un réseau à vous.',
    tls_certificate_unknown:
      "Le certificat du serveur n'est pas signé par une autorité connue de ce portable. Donnez le certificat racine du serveur dans un fichier ; ne continuez pas sans vérifier qui répond.",
    tls_certificate_expired:
      "Le certificat du serveur est expiré ou pas encore valable. Vérifiez l'horloge de ce portable, puis faites renouveler le certificat.",
    tls_name_mismatch:
      "Le certificat du serveur est pour un autre nom d'hôte. Utilisez le nom du certificat, ou faites corriger le certificat.",
    tls_failed:
      "La connexion chiffrée n'a pas pu être établie. Vérifiez que l'hôte et le port sont ceux de Postgres et que le serveur propose TLS 1.2 ou plus récent.",
    ca_file_unreadable: 'Le fichier du certificat racine est illisible. Vérifiez son chemin et ses droits.',
    pooler_refuses_settings:
      "Un répartiteur (pooler) répond ici et refuse les réglages de nos sessions. Utilisez l'adresse directe de la base (en général le port 5432).",
    pooler_login:
      "Un répartiteur (pooler) répond ici et ne connaît pas cet utilisateur. Utilisez l'adresse directe de la base (en général le port 5432), ou le nom d'utilisateur qu'il demande.",
    database_error:
      'La base a répondu par une erreur. Si cela se répète, prévenez le responsable technique. {{message}}',
    pooler_port:
      "Le port {{port}} est en général celui d'un répartiteur (pooler) en mode transaction, avec lequel Regie ne peut pas travailler. Utilisez le port direct, en général 5432.",
    pooler_transaction:
      "Un répartiteur (pooler) en mode transaction se trouve devant la base : notifications et réglages de session s'y perdent. Utilisez l'adresse directe de la base, en général le port 5432.",
    pooler_session:
      "Un répartiteur (pooler) en mode session se trouve devant la base. Cela fonctionne ; l'adresse directe serait une chose de moins qui peut tomber.",
    tls_verified: 'La connexion est chiffrée et le certificat du serveur est vérifié.',
    tls_not_verified:
      'La connexion est chiffrée, mais personne ne vérifie qui répond. Donnez le certificat racine du serveur et choisissez TLS « vérifié ».',
    tls_off:
      "La connexion n'est pas chiffrée : mot de passe et données des cartes traversent le réseau en clair. Choisissez TLS « vérifié ».",
    clock_agrees: 'Les horloges du portable et de la base concordent. Aller-retour : {{roundTripMs}} ms.',
    clock_behind:
      "L'horloge de ce portable retarde de {{seconds}} s sur la base. Activez l'heure automatique du système ; la détection utilise l'heure de la base.",
    clock_ahead:
      "L'horloge de ce portable avance de {{seconds}} s sur la base. Activez l'heure automatique du système ; la détection utilise l'heure de la base.",
    server_version: 'Postgres {{version}}.',
    server_too_old: 'Postgres {{version}} est trop ancien. Regie demande 15 à 18 : faites mettre le serveur à jour.',
    server_too_new:
      'Postgres {{version}} est plus récent que ce avec quoi Regie a été essayé (15 à 18). Cela peut marcher ; répétez avant le festival.',
    server_is_replica:
      "Ce serveur est une réplique : les soldes peuvent y être anciens et rien ne peut s'y écrire. Connectez-vous au serveur principal.",
    read_only:
      'Le rôle {{role}} ou sa base est en lecture seule. Un administrateur lance : alter role {{role}} reset default_transaction_read_only (ou de même pour la base).',
    festival_tables_found: 'Les tables du festival sont là.',
    festival_tables_missing:
      "Des tables du festival manquent : {{tables}}. Vérifiez que c'est la base du festival, et son schéma public.",
    festival_tables_optional:
      'Tables absentes : {{tables}}. Regie fonctionne sans elles ; commandes et recharges sont montrées avec moins de détails.',
    festival_columns_missing:
      'Des colonnes manquent : {{columns}}. Regie ne peut pas fonctionner sans elles : demandez à qui tient le système du festival.',
    festival_columns_optional:
      'Colonnes absentes : {{columns}}. Regie fonctionne sans elles ; certains détails restent vides.',
    amount_not_exact:
      "Le solde des cartes est enregistré en {{type}}, pas en nombre exact. Faites passer table_cards.amount en numeric(10,2) avant de corriger de l'argent.",
    migrations_applied: 'Les tables et fonctions propres à Regie sont à jour.',
    migrations_missing:
      "Les tables propres à Regie n'existent pas encore. Un administrateur de la base lance : npm run migrate -- --database postgres://administrateur:…@hôte/base",
    migrations_pending:
      'Les tables propres à Regie sont plus anciennes que cette console. Un administrateur lance npm run migrate pour : {{migrations}}.',
    database_newer:
      'Cette base a été préparée par une version plus récente de Regie. Mettez Regie à jour sur ce portable.',
    database_prerelease:
      'Cette base a été préparée par une version de Regie antérieure à la première version publiée, dont les tables ne sont pas reprises. Un administrateur de la base exécute : drop schema console cascade (les tables du festival et les événements de surveillance restent, tout le reste de Regie disparaît), puis npm run migrate.',
    migrations_hidden:
      "Le rôle {{role}} n'a pas accès au schéma console. Un administrateur lance : grant regie_console to {{role}}",
    migrate_not_allowed:
      "Ce compte n'a pas les droits qu'il faut pour une migration. Utilisez celui qui possède la base et peut créer des rôles (createrole), ou un superutilisateur ; pour les tables d'un autre, aussi leur propriétaire.",
    festival_access_not_granted:
      "La migration est appliquée, mais ces tables appartiennent à quelqu'un d'autre et la console ne peut pas encore les utiliser : {{tables}}. Leur propriétaire lance aussi npm run migrate, ou donne les droits nommés dans docs/operations.md.",
    migration_running:
      'Une autre migration tourne encore sur cette base. Attendez sa fin, puis relancez npm run migrate.',
    migration_failed:
      "La migration a échoué et rien n'en a été gardé. Transmettez ceci au responsable technique : {{message}}",
    grants_found: 'Le rôle {{role}} a les droits nécessaires.',
    grants_missing:
      'Il manque au rôle {{role}} : {{grants}}. Un administrateur relance npm run migrate, qui les donne.',
    role_not_granted:
      "Le rôle {{role}} n'a pas les droits de la console. Un administrateur lance : grant regie_console to {{role}}. Il manque : {{grants}}.",
    correction_grants_missing:
      'Les corrections sont impossibles : il manque à regie_owner {{grants}}. Un administrateur relance npm run migrate, qui les donne.',
    rights_superuser:
      'Le rôle {{role}} est superutilisateur : qui tient ce portable peut tout faire à la base. Créez un compte avec le seul rôle regie_console et connectez-vous avec lui.',
    rights_owner:
      "Le rôle {{role}} possède des tables qu'il devrait seulement utiliser : {{tables}}. Créez un compte avec le seul rôle regie_console et connectez-vous avec lui.",
    rights_excessive:
      'Le rôle {{role}} a plus de droits que nécessaire : {{rights}}. Retirez-les, ou connectez-vous avec un compte qui a le seul rôle regie_console.',
    row_security_hides:
      'La sécurité au niveau des lignes cache toutes les lignes de : {{tables}}. Un administrateur lance pour chacune : create policy regie on public.<table> to regie_console, regie_owner using (true) with check (true)',
    row_security_may_hide:
      'La sécurité au niveau des lignes peut cacher des lignes de : {{tables}}. Un administrateur vérifie que ses règles laissent regie_console et regie_owner voir toutes les lignes.',
    sizes:
      'Journal : {{transactions}} transactions ({{transactionsMb}} Mo), {{scans}} lectures ({{scansMb}} Mo), {{cards}} cartes (estimation).',
    card_index_missing:
      "Le journal n'a pas d'index sur card_id : les fiches de carte et les corrections ralentissent quand il grandit. Un administrateur peut lancer : create index concurrently on public.app_transaction_log (card_id)",
    earlier_monitoring:
      "Un ancien système de surveillance est présent ({{functions}}). Regie montre ses événements comme les siens et ne l'appelle jamais. Arrêtez sa planification si les mêmes fautes apparaissent deux fois.",
  },
} as const;

export type DoctorCode = keyof (typeof doctorTexts)['en'];
