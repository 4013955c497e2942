/** Connecting a festival, step by step. */
export const setupTexts = {
  en: {
    open: 'Connect a festival',
    goOn: 'Set up this festival, step by step',
    offer: 'This is the training festival. To work on your own:',
    title: 'Connect a festival',
    steps: 'Steps',
    done: 'done',
    step_where: 'Where it is',
    step_login: 'Test and prepare',
    step_supervisor: 'Sign in',
    step_festival: 'Name and time zone',
    step_contacts: 'Contacts',
    step_checklist: 'Festival start',
    next: 'Next',
    back: 'Back',
    toBoard: 'To the alerts',
    laterHint: 'You can stop here and continue later: Settings, Connection.',
    resumes: 'You started this before: the place of the database is as you left it. The login is needed again.',
    whereText:
      'The Postgres database of your festival’s payment system. Paste its address, or fill in the fields. Nothing is contacted yet.',
    address: 'Address',
    addressHint: 'As your host shows it: postgres://user@host:5432/database. Use the direct address, not the pooler’s.',
    address_not_a_url: 'This is not an address. It looks like this: postgres://user@host:5432/database',
    address_other_kind: 'This address starts with “{{value}}//”. One of a Postgres database starts with postgres://',
    address_sslmode_unknown: 'The address contains an unknown sslmode: {{value}}',
    address_bad_escape: 'The address contains a “%” that is not an escape. Write % as %25, @ as %40 and / as %2F.',
    address_no_host: 'The address contains no host.',
    address_bad_servers:
      'The address names its servers as {{value}}. Write host:5432, or several as a:5432,b:5432, at most 8.',
    address_other_ports: 'Servers and ports do not match: {{value}}. Give one port for all, or one for each.',
    address_asks_for_replica:
      'With target_session_attrs={{value}} the address asks for a server that accepts no writes. Regie needs read-write; you can leave it out.',
    address_attrs_unknown:
      'The address contains an unknown target_session_attrs: {{value}}. Use read-write, or leave it out.',
    address_unreadable_at:
      'The address cannot be read after “{{value}}”. Write: host=a,b port=5432 dbname=festival user=regie',
    address_word_unknown: '“{{value}}” is not part of a database address.',
    loginText: 'Database {{database}} on {{host}}. It is tested first; testing writes nothing.',
    kind_administrator: 'Prepare it with an administrator’s login',
    kind_administrator_text:
      'Used for this once and saved nowhere. Regie creates its own tables, and a login for this laptop that can do little.',
    kind_own: 'I have a login for this laptop',
    kind_own_text: 'Somebody has prepared the database already.',
    passwordHint: 'It is not saved, on this laptop or anywhere else.',
    preparing: 'Preparing the database. This takes a few seconds.',
    blocked: 'Fix what is marked as an error, then test again. Nothing was changed on this laptop.',
    plan: 'What will be done',
    plan_make:
      'Regie’s own tables, functions and roles are created, in one step or not at all. Your tables stay as they are.',
    plan_update: 'Regie’s own tables and functions are updated. Your tables stay as they are.',
    plan_none: 'Regie’s own tables are up to date; its rights on your tables are granted again.',
    plan_policies: 'A row-level security policy “regie” lets the consoles see every row of: {{tables}}.',
    plan_login: 'A login for this laptop is created, with a generated password and only the role regie_console.',
    loginName: 'Name of this laptop’s login',
    loginNameHint: 'One for each laptop, so that a lost one is one statement.',
    loginNameError: 'Lower-case letters, digits and _, starting with a letter; not one of Regie’s own roles.',
    prepare: 'Prepare and connect',
    noteTitle: 'Write this password down',
    noteText:
      'This laptop has no keychain in which to save it, so Regie asks for it at each start. It is shown only now; to get another one, prepare the database again.',
    noteDone: 'I have written it down',
    waiting: 'Connecting to the festival …',
    signedIn: 'You are signed in as {{name}}.',
    contactsText:
      'Who is notified when nobody acknowledges an alert. Fill in phone numbers or e-mail addresses and at least one channel, save, then send a test message.',
    checklistText:
      'The guide’s list for the start of a festival: what Regie can measure ticks itself, the rest is confirmed by people. One item is a message that its receiver confirms.',
    checklistStart: 'Start the checklist',
    checklistResume: 'Continue the checklist',
  },
  fr: {
    open: 'Connecter un festival',
    goOn: 'Configurer ce festival, étape par étape',
    offer: 'Ceci est le festival d’entraînement. Pour travailler sur le vôtre :',
    title: 'Connecter un festival',
    steps: 'Étapes',
    done: 'fait',
    step_where: 'Où il se trouve',
    step_login: 'Tester et préparer',
    step_supervisor: 'S’identifier',
    step_festival: 'Nom et fuseau horaire',
    step_contacts: 'Contacts',
    step_checklist: 'Début du festival',
    next: 'Suivant',
    back: 'Retour',
    toBoard: 'Aller aux alertes',
    laterHint: 'Vous pouvez vous arrêter ici et continuer plus tard : Réglages, Connexion.',
    resumes:
      'Vous aviez déjà commencé : l’emplacement de la base est celui que vous aviez saisi. Le compte est à saisir de nouveau.',
    whereText:
      'La base Postgres du système de paiement de votre festival. Collez son adresse, ou remplissez les champs. Rien n’est encore contacté.',
    address: 'Adresse',
    addressHint:
      'Telle que votre hébergeur l’affiche : postgres://utilisateur@hôte:5432/base. Prenez l’adresse directe, pas celle du répartiteur (pooler).',
    address_not_a_url: 'Ce n’est pas une adresse. Elle ressemble à : postgres://utilisateur@hôte:5432/base',
    address_other_kind:
      'Cette adresse commence par « {{value}}// ». Celle d’une base Postgres commence par postgres://',
    address_sslmode_unknown: 'L’adresse contient un sslmode inconnu : {{value}}',
    address_bad_escape:
      'L’adresse contient un « % » qui n’est pas un échappement. Écrivez % comme %25, @ comme %40 et / comme %2F.',
    address_no_host: 'L’adresse ne contient pas d’hôte.',
    address_bad_servers:
      'L’adresse nomme ses serveurs ainsi : {{value}}. Écrivez hôte:5432, ou plusieurs comme a:5432,b:5432, 8 au plus.',
    address_other_ports:
      'Serveurs et ports ne correspondent pas : {{value}}. Donnez un port pour tous, ou un pour chacun.',
    address_asks_for_replica:
      'Avec target_session_attrs={{value}}, l’adresse demande un serveur qui n’accepte pas d’écritures. Il faut read-write à Regie ; vous pouvez aussi l’omettre.',
    address_attrs_unknown:
      'L’adresse contient un target_session_attrs inconnu : {{value}}. Utilisez read-write, ou omettez-le.',
    address_unreadable_at:
      'L’adresse est illisible après « {{value}} ». Écrivez : host=a,b port=5432 dbname=festival user=regie',
    address_word_unknown: '« {{value}} » ne fait pas partie d’une adresse de base.',
    loginText: 'Base {{database}} sur {{host}}. Elle est d’abord testée ; le test n’écrit rien.',
    kind_administrator: 'La préparer avec un compte d’administrateur',
    kind_administrator_text:
      'Utilisé cette seule fois et enregistré nulle part. Regie crée ses propres tables, et pour ce poste un compte qui peut peu de choses.',
    kind_own: 'J’ai un compte pour ce poste',
    kind_own_text: 'Quelqu’un a déjà préparé la base.',
    passwordHint: 'Il n’est enregistré ni sur ce poste ni ailleurs.',
    preparing: 'Préparation de la base. Cela prend quelques secondes.',
    blocked: 'Corrigez ce qui est marqué comme erreur, puis testez à nouveau. Rien n’a changé sur ce poste.',
    plan: 'Ce qui va être fait',
    plan_make:
      'Les tables, fonctions et rôles propres à Regie sont créés, en une fois ou pas du tout. Vos tables restent telles quelles.',
    plan_update: 'Les tables et fonctions propres à Regie sont mises à jour. Vos tables restent telles quelles.',
    plan_none: 'Les tables de Regie sont à jour ; ses droits sur vos tables sont accordés de nouveau.',
    plan_policies:
      'Une règle de sécurité au niveau des lignes « regie » laisse les consoles voir toutes les lignes de : {{tables}}.',
    plan_login: 'Un compte pour ce poste est créé, avec un mot de passe généré et le seul rôle regie_console.',
    loginName: 'Nom du compte de ce poste',
    loginNameHint: 'Un par poste : en perdre un ne coûte qu’une commande.',
    loginNameError: 'Minuscules, chiffres et _, en commençant par une lettre ; pas un rôle propre à Regie.',
    prepare: 'Préparer et connecter',
    noteTitle: 'Notez ce mot de passe',
    noteText:
      'Ce poste n’a pas de trousseau où l’enregistrer : Regie le demande à chaque démarrage. Il n’est affiché que maintenant ; pour en obtenir un autre, préparez à nouveau la base.',
    noteDone: 'Je l’ai noté',
    waiting: 'Connexion au festival…',
    signedIn: 'Vous êtes connecté : {{name}}.',
    contactsText:
      'Qui est prévenu quand personne n’acquitte une alerte. Saisissez des numéros ou des adresses et au moins un canal, enregistrez, puis envoyez un message d’essai.',
    checklistText:
      'La liste du guide pour le début d’un festival : ce que Regie peut mesurer se coche automatiquement, des personnes confirment le reste. L’un des points est un message que son destinataire confirme.',
    checklistStart: 'Démarrer la liste',
    checklistResume: 'Continuer la liste',
  },
} as const;
