import { troubleTexts } from './troubles.ts';

/** A name, one sentence for the board, and what it means, for each detection algorithm. */
export const detectorTexts = {
  en: {
    ...troubleTexts.en,
    at: 'at {{place}}',
    balance_deduction_on_failure: {
      name: 'Money taken by a failed order',
      sentence: 'Card {{card}} lost {{amount}} on a failed order {{place}}',
      meaning: 'The order failed, but its amount was deducted from the card anyway.',
    },
    balance_mismatch_detection: {
      name: 'Card does not match its history',
      sentence: 'Card {{card}} differs from its history by {{amount}}',
      meaning: 'The card’s balance does not match its completed transactions.',
    },
    negative_balance_detection: {
      name: 'Card below zero',
      sentence: 'Card {{card}} is {{amount}} below zero',
      meaning: 'A card was charged more than it held.',
    },
    consecutive_failures: {
      name: 'Failures in a row',
      sentence: 'Card {{card}} failed {{count}} times in a row {{place}}',
      meaning: 'The visitor cannot pay: the card is empty or damaged, or the reader is failing.',
    },
    system_failure_spike: {
      name: 'Many failures',
      sentence: '{{percent}}% of transactions failed in the last {{minutes}} min ({{count}})',
      meaning: 'Failures everywhere point to the system, the network or one bar, not to a card.',
    },
    temporal_duplicate_detection: {
      name: 'Card scanned twice',
      sentence: 'Card {{card}} was scanned {{count}} times within seconds',
      meaning: 'The reader or the visitor scanned again. Check whether it was charged twice.',
    },
    concurrent_transaction_detection: {
      name: 'Concurrent transactions',
      sentence: 'Card {{card}}: {{count}} concurrent transactions',
      meaning: 'Two transactions ran at the same time. One may have overwritten the other’s balance.',
    },
    duplicate_charge: {
      name: 'Charged twice',
      sentence: 'Card {{card}} was charged {{amount}} twice {{place}}',
      meaning: 'The same amount at the same place within seconds, as two separate orders. One was probably unintended.',
    },
    balance_chain_break: {
      name: 'Balance jump between transactions',
      sentence: 'Card {{card}} jumped by {{amount}} between two transactions {{place}}',
      meaning:
        'A transaction started with a different balance than the previous one ended with. Something changed the card in between.',
    },
    reader_failure_spike: {
      name: 'Failing reader',
      sentence: 'Reader {{device}}: {{percent}}% of {{count}} scans failed',
      meaning: 'One reader rejects many cards. Check the reader before the cards.',
    },
    reader_silent: {
      name: 'Silent reader',
      sentence: 'Reader {{device}} has been silent for {{minutes}} minutes',
      meaning: 'It scanned regularly and stopped while others continue: no power, no network, or its bar has closed.',
    },
    unknown_transaction_type: {
      name: 'Unknown transaction type',
      sentence: 'Unknown transaction type “{{type}}”: {{count}} rows, {{amount}}',
      sentence_one: 'Unknown transaction type “{{type}}”: {{count}} row, {{amount}}',
      meaning:
        'Regie does not know whether this type adds or deducts money, so it is ignored. A supervisor can say what it means.',
    },
    unknown_transaction_status: {
      name: 'Unknown transaction status',
      sentence: 'Unknown transaction status “{{status}}”: {{count}} rows, {{amount}}',
      sentence_one: 'Unknown transaction status “{{status}}”: {{count}} row, {{amount}}',
      meaning:
        'Regie does not know whether these transactions went through, so they are ignored. A supervisor can say what it means.',
    },
    word_spelling: {
      name: 'Same word, other spelling',
      sentence: '“{{spelling}}” counts as “{{countsAs}}”',
      meaning: 'Capitals and blanks around a word make no difference. Whoever writes the log should know.',
    },
    unknown_card: {
      name: 'Nonexistent card',
      sentence: 'Card {{card}} exists only in the log: {{count}} rows',
      sentence_one: 'Card {{card}} exists only in the log: {{count}} row',
      meaning: 'The log mentions a card that the festival does not have: removed, mistyped or forged.',
    },
    rows_set_aside: {
      name: 'Data that cannot be read',
      sentence: '{{source}} {{reason}}: {{row}} ({{count}} rows)',
      sentence_one: '{{source}} {{reason}}: {{row}}',
      meaning:
        'Regie has set it aside and evaluates everything else. What stands there has not been checked: look at it.',
    },
    aside: {
      transactions: 'A transaction',
      scans: 'A scan',
      cards: 'A card',
      other: 'A row of another system',
      row_transactions: 'log {{id}}',
      row_scans: 'scan {{id}}',
      row_cards: 'card {{id}}',
      row_other: '{{source}} {{id}}',
      amount_not_a_number: 'has an amount that is no number',
      amount_fraction_of_cent: 'has an amount with fractions of a cent',
      amount_out_of_range: 'has an amount larger than any',
      id_too_long: 'has an ID that is far too long',
      id_missing: 'has no card ID',
      id_out_of_range: 'has a number below the one from which Regie reads',
      unreadable: 'cannot be read',
    },
    wrong_clock: {
      name: 'Wrong clock',
      sentence: 'The clock of {{device}}{{till}} is wrong: {{count}} rows say {{stated}}',
      sentence_one: 'The clock of {{device}}{{till}} is wrong: a row says {{stated}}',
      meaning:
        'Its rows count at the time at which they arrive, and are left out of the failure rates. Correct its clock.',
    },
    ledger_drift: {
      name: 'Regie’s ledger was wrong',
      sentence: 'Regie’s ledger of card {{card}} was off by {{amount}}',
      meaning: 'Recomputing it from the full log gave a different figure, now used: an older row was changed.',
    },
    log_changed: {
      name: 'The log has changed',
      sentence: '{{what}}',
      meaning: 'Regie’s detection depends on the festival’s tables. Something about them is not what it was.',
    },
    logChanges: {
      missing: 'The table {{table}} is gone. Detection goes on with what is left',
      unreadable: 'Regie may no longer read the table {{table}}',
      row_security: 'Row-level security is on for {{table}}: Regie may not see all its rows',
      columns: '{{table}} has lost columns: {{details}}',
      types: 'Columns have another type than expected: {{details}}',
      sequence: 'The IDs of {{table}} start over ({{details}})',
      emptied: 'The log was emptied and starts over. Cards are not compared with it until a supervisor decides',
      archived: 'The oldest rows of the log are gone. Corrections towards it are blocked until a supervisor decides',
      replaced: '{{table}} was replaced by another table ({{details}})',
      restored: 'The database was restored, or another server answers ({{details}})',
    },
    undecided_rows: {
      name: 'Rows that stay undecided',
      sentence: '{{count}} rows have been “{{status}}” for {{minutes}} min',
      sentence_one: '{{count}} row has been “{{status}}” for {{minutes}} min',
      meaning: 'Transactions neither complete nor fail. They count for nothing until they do.',
    },
    traffic_silent: {
      name: 'Nothing arrives',
      sentence: 'Nothing has arrived in the log “{{log}}” for {{minutes}} min',
      meaning: 'It was busy, and nothing new comes: the bars are closed, or the system no longer writes its log.',
    },
    split_corrections: {
      name: 'Split corrections',
      sentence: 'Card {{card}}: several corrections by one operator, {{amount}} together without a second person',
      meaning:
        'Together they are above the approval limit, each of them below it. Ask the operator, and look at the card’s history.',
    },
    health_status_change: {
      name: 'System health changed',
      sentence: 'System health: {{from}} → {{to}}',
      meaning: 'The overall state of the payment system changed. See the facts for the reasons.',
    },
    hourly_verification: {
      name: 'Hour not verified',
      sentence: '{{count}} hours without a good verification, the first from {{hour}}',
      sentence_one: 'The hour from {{hour}} has no good verification',
      meaning:
        'Every hour Regie checks that detection has run through all of it. In these hours it did not, or nobody ran Regie. Look at what happened then; the alert ends with the next good hour.',
    },
    checklist_unsigned: {
      name: 'Checklist not signed',
      sentence: 'The checklist “{{list}}” was due {{due}} and is not signed',
      meaning:
        'What has to be confirmed was not confirmed in time. It can still be done on the screen Checklists; the alert ends with its signature.',
    },
    checks: {
      snapshots: 'fewer than three health snapshots',
      snapshot_age_s: 'the last health snapshot was too old',
      system_health_age_s: 'the last record of system health was too old',
      snapshot_pause_s: 'health was not measured for too long',
    },
    health: { HEALTHY: 'healthy', WARNING: 'warning', CRITICAL: 'critical', UNKNOWN: 'unknown' },
    thresholds: {
      seconds: 'Within seconds',
      minutes: 'Within minutes',
      count: 'Failures in a row',
      transactions: 'Transactions, more than',
      percent: 'Percent failed',
      highPercent: 'Percent failed, severity high',
      scans: 'Scans, at least',
      silentMinutes: 'Minutes of silence',
      usualScans: 'Scans before the silence',
      otherScans: 'Scans by other readers meanwhile',
      rows: 'Rows, at least',
      usualRows: 'Rows in the hour before the silence',
      toleranceCents: 'Tolerance in cents',
      looksApartSeconds: 'Seconds between two comparisons',
      apartSeconds: 'Seconds between two comparisons',
    },
    other: {
      name: '{{algorithm}}',
      sentence: '{{algorithm}} {{card}} {{amount}}',
      meaning: 'Raised by another monitoring system.',
    },
  },
  fr: {
    ...troubleTexts.fr,
    at: '({{place}})',
    balance_deduction_on_failure: {
      name: 'Argent pris par une commande échouée',
      sentence: 'La carte {{card}} a perdu {{amount}} sur une commande échouée {{place}}',
      meaning: 'La commande a échoué, mais son montant a quand même été débité de la carte.',
    },
    balance_mismatch_detection: {
      name: 'Carte différente de son historique',
      sentence: 'La carte {{card}} diffère de son historique de {{amount}}',
      meaning: 'Le solde de la carte ne correspond pas à ses transactions abouties.',
    },
    negative_balance_detection: {
      name: 'Carte sous zéro',
      sentence: 'La carte {{card}} est à {{amount}} sous zéro',
      meaning: 'La carte a été débitée de plus qu’elle ne contenait.',
    },
    consecutive_failures: {
      name: 'Échecs consécutifs',
      sentence: 'La carte {{card}} a échoué {{count}} fois de suite {{place}}',
      meaning: 'Le visiteur ne peut pas payer : carte vide ou abîmée, ou lecteur défaillant.',
    },
    system_failure_spike: {
      name: 'Beaucoup d’échecs',
      sentence: '{{percent}} % des transactions ont échoué en {{minutes}} min ({{count}})',
      meaning: 'Des échecs partout viennent du système, du réseau ou d’un bar, pas d’une carte.',
    },
    temporal_duplicate_detection: {
      name: 'Carte lue deux fois',
      sentence: 'La carte {{card}} a été lue {{count}} fois en quelques secondes',
      meaning: 'La carte a été lue de nouveau. Vérifiez qu’elle n’a pas été débitée deux fois.',
    },
    concurrent_transaction_detection: {
      name: 'Transactions simultanées',
      sentence: 'Carte {{card}} : {{count}} transactions simultanées',
      meaning: 'Deux transactions ont eu lieu en même temps. L’une a pu écraser le solde de l’autre.',
    },
    duplicate_charge: {
      name: 'Carte débitée deux fois',
      sentence: 'La carte {{card}} a été débitée deux fois de {{amount}} {{place}}',
      meaning:
        'Le même montant au même endroit en quelques secondes, en deux commandes. L’une était sans doute involontaire.',
    },
    balance_chain_break: {
      name: 'Saut de solde entre transactions',
      sentence: 'Le solde de la carte {{card}} a varié de {{amount}} entre deux transactions {{place}}',
      meaning:
        'Une transaction est partie d’un autre solde que celui laissé par la précédente. La carte a changé entre les deux.',
    },
    reader_failure_spike: {
      name: 'Lecteur défaillant',
      sentence: 'Lecteur {{device}} : {{percent}} % des {{count}} lectures ont échoué',
      meaning: 'Un lecteur refuse beaucoup de cartes. Vérifiez le lecteur avant les cartes.',
    },
    reader_silent: {
      name: 'Lecteur muet',
      sentence: 'Le lecteur {{device}} est muet depuis {{minutes}} minutes',
      meaning:
        'Il lisait régulièrement des cartes et s’est tu alors que d’autres continuent : ni courant, ni réseau, ou bar fermé.',
    },
    unknown_transaction_type: {
      name: 'Type de transaction inconnu',
      sentence: 'Type de transaction inconnu « {{type}} » : {{count}} lignes, {{amount}}',
      sentence_one: 'Type de transaction inconnu « {{type}} » : {{count}} ligne, {{amount}}',
      meaning:
        'Regie ne sait pas si ce type ajoute ou retire de l’argent : il est donc ignoré. Un superviseur peut en indiquer le sens.',
    },
    unknown_transaction_status: {
      name: 'Statut de transaction inconnu',
      sentence: 'Statut de transaction inconnu « {{status}} » : {{count}} lignes, {{amount}}',
      sentence_one: 'Statut de transaction inconnu « {{status}} » : {{count}} ligne, {{amount}}',
      meaning:
        'Regie ne sait pas si ces transactions ont abouti : elles sont donc ignorées. Un superviseur peut en indiquer le sens.',
    },
    word_spelling: {
      name: 'Même mot, autre graphie',
      sentence: '« {{spelling}} » compte comme « {{countsAs}} »',
      meaning: 'Majuscules et blancs autour d’un mot ne changent rien. À signaler à ceux qui écrivent le journal.',
    },
    unknown_card: {
      name: 'Carte inexistante',
      sentence: 'La carte {{card}} n’existe que dans le journal : {{count}} lignes',
      sentence_one: 'La carte {{card}} n’existe que dans le journal : {{count}} ligne',
      meaning: 'Le journal mentionne une carte que le festival n’a pas : supprimée, mal saisie ou falsifiée.',
    },
    rows_set_aside: {
      name: 'Données illisibles',
      sentence: '{{source}} {{reason}} : {{row}} ({{count}} lignes)',
      sentence_one: '{{source}} {{reason}} : {{row}}',
      meaning:
        'Regie a mis ces données de côté et évalue tout le reste. Ce qui s’y trouve n’a pas été contrôlé : vérifiez-le.',
    },
    aside: {
      transactions: 'Une transaction',
      scans: 'Une lecture',
      cards: 'Une carte',
      other: 'Une ligne d’un autre système',
      row_transactions: 'journal {{id}}',
      row_scans: 'lecture {{id}}',
      row_cards: 'carte {{id}}',
      row_other: '{{source}} {{id}}',
      amount_not_a_number: 'a un montant qui n’est pas un nombre',
      amount_fraction_of_cent: 'a un montant avec des fractions de centime',
      amount_out_of_range: 'a un montant démesuré',
      id_too_long: 'a un identifiant bien trop long',
      id_missing: 'n’a pas de numéro de carte',
      id_out_of_range: 'a un numéro inférieur à celui à partir duquel Regie lit',
      unreadable: 'est illisible',
    },
    wrong_clock: {
      name: 'Horloge déréglée',
      sentence: 'L’horloge de {{device}}{{till}} est fausse : {{count}} lignes indiquent {{stated}}',
      sentence_one: 'L’horloge de {{device}}{{till}} est fausse : une ligne indique {{stated}}',
      meaning:
        'Ses lignes comptent à l’heure de leur arrivée et n’entrent pas dans les taux d’échec. Remettez l’horloge à l’heure.',
    },
    ledger_drift: {
      name: 'Registre de Regie inexact',
      sentence: 'Le registre de Regie pour la carte {{card}} était faux de {{amount}}',
      meaning:
        'Le recalcul sur tout le journal a donné un autre chiffre, désormais utilisé : une ligne ancienne a été modifiée.',
    },
    log_changed: {
      name: 'Le journal a changé',
      sentence: '{{what}}',
      meaning: 'La détection dépend des tables du festival. L’une d’elles n’est plus ce qu’elle était.',
    },
    logChanges: {
      missing: 'La table {{table}} a disparu. La détection continue avec le reste',
      unreadable: 'Regie n’a plus le droit de lire la table {{table}}',
      row_security: 'La sécurité par ligne est active sur {{table}} : Regie n’en voit peut-être pas toutes les lignes',
      columns: 'Des colonnes manquent dans {{table}} : {{details}}',
      types: 'Des colonnes n’ont pas le type attendu : {{details}}',
      sequence: 'Les identifiants de {{table}} repartent en arrière ({{details}})',
      emptied:
        'Le journal a été vidé et repart de zéro. Les cartes n’y sont plus comparées avant la décision d’un superviseur',
      archived:
        'Le début du journal a disparu. Les corrections qui s’y réfèrent sont bloquées avant la décision d’un superviseur',
      replaced: '{{table}} a été remplacée par une autre table ({{details}})',
      restored: 'La base a été restaurée, ou un autre serveur répond ({{details}})',
    },
    undecided_rows: {
      name: 'Lignes jamais décidées',
      sentence: '{{count}} lignes sont « {{status}} » depuis {{minutes}} min',
      sentence_one: '{{count}} ligne est « {{status}} » depuis {{minutes}} min',
      meaning: 'Des transactions n’aboutissent ni n’échouent. Elles ne comptent pas d’ici là.',
    },
    traffic_silent: {
      name: 'Plus rien n’arrive',
      sentence: 'Plus rien n’arrive dans le journal « {{log}} » depuis {{minutes}} min',
      meaning: 'Il y avait du passage, et plus rien ne vient : bars fermés, ou le système n’écrit plus son journal.',
    },
    split_corrections: {
      name: 'Corrections fractionnées',
      sentence: 'Carte {{card}} : plusieurs corrections d’un même opérateur, {{amount}} au total sans seconde personne',
      meaning:
        'Ensemble, elles dépassent le seuil d’approbation ; chacune reste en dessous. Interrogez l’opérateur et consultez l’historique de la carte.',
    },
    health_status_change: {
      name: 'Changement de santé du système',
      sentence: 'Santé du système : {{from}} → {{to}}',
      meaning: 'L’état général du système de paiement a changé. Les faits en donnent les raisons.',
    },
    hourly_verification: {
      name: 'Heure non vérifiée',
      sentence: '{{count}} heures sans vérification réussie, la première à partir de {{hour}}',
      sentence_one: 'L’heure à partir de {{hour}} n’a pas de vérification réussie',
      meaning:
        'Chaque heure, Regie vérifie que la détection a tourné du début à la fin. Ce n’était pas le cas pour ces heures, ou personne n’exécutait Regie. Voyez ce qui s’est passé ; l’alerte prend fin avec la prochaine heure réussie.',
    },
    checklist_unsigned: {
      name: 'Liste de contrôle non signée',
      sentence: 'La liste « {{list}} » était attendue pour {{due}} et n’est pas signée',
      meaning:
        'Ce qui devait être confirmé ne l’a pas été à temps. C’est encore possible sur l’écran Contrôles ; l’alerte prend fin avec la signature.',
    },
    checks: {
      snapshots: 'moins de trois relevés de santé',
      snapshot_age_s: 'le dernier relevé de santé était trop ancien',
      system_health_age_s: 'le dernier enregistrement de santé du système était trop ancien',
      snapshot_pause_s: 'la santé n’a pas été mesurée pendant trop longtemps',
    },
    health: { HEALTHY: 'bonne', WARNING: 'à surveiller', CRITICAL: 'critique', UNKNOWN: 'inconnue' },
    thresholds: {
      seconds: 'En l’espace de (secondes)',
      minutes: 'En l’espace de (minutes)',
      count: 'Échecs consécutifs',
      transactions: 'Transactions, plus de',
      percent: 'Pourcentage d’échecs',
      highPercent: 'Pourcentage d’échecs, gravité haute',
      scans: 'Lectures, au moins',
      silentMinutes: 'Minutes de silence',
      usualScans: 'Lectures avant le silence',
      otherScans: 'Lectures des autres lecteurs entre-temps',
      rows: 'Lignes, au moins',
      usualRows: 'Lignes dans l’heure avant le silence',
      toleranceCents: 'Tolérance en centimes',
      looksApartSeconds: 'Secondes entre deux comparaisons',
      apartSeconds: 'Secondes entre deux comparaisons',
    },
    other: {
      name: '{{algorithm}}',
      sentence: '{{algorithm}} {{card}} {{amount}}',
      meaning: 'Signalée par un autre système de surveillance.',
    },
  },
} as const;
