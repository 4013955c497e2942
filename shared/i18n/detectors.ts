/** A name, one sentence for the board, and what it means, for each detection algorithm. */
export const detectorTexts = {
  en: {
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
      sentence: 'Unknown transaction type “{{type}}”: {{count}} rows',
      sentence_one: 'Unknown transaction type “{{type}}”: {{count}} row',
      meaning: 'Regie does not know whether this type adds or deducts money, so it is ignored.',
    },
    unknown_card: {
      name: 'Nonexistent card',
      sentence: 'Card {{card}} exists only in the log: {{count}} rows',
      sentence_one: 'Card {{card}} exists only in the log: {{count}} row',
      meaning: 'The log mentions a card that the festival does not have: removed, mistyped or forged.',
    },
    ledger_drift: {
      name: 'Regie’s ledger was wrong',
      sentence: 'Regie’s ledger of card {{card}} was off by {{amount}}',
      meaning: 'Recomputing it from the full log gave a different figure, now used: an older row was changed.',
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
      sentence: 'Type de transaction inconnu « {{type}} » : {{count}} lignes',
      sentence_one: 'Type de transaction inconnu « {{type}} » : {{count}} ligne',
      meaning: 'Regie ne sait pas si ce type ajoute ou retire de l’argent : il est donc ignoré.',
    },
    unknown_card: {
      name: 'Carte inexistante',
      sentence: 'La carte {{card}} n’existe que dans le journal : {{count}} lignes',
      sentence_one: 'La carte {{card}} n’existe que dans le journal : {{count}} ligne',
      meaning: 'Le journal mentionne une carte que le festival n’a pas : supprimée, mal saisie ou falsifiée.',
    },
    ledger_drift: {
      name: 'Registre de Regie inexact',
      sentence: 'Le registre de Regie pour la carte {{card}} était faux de {{amount}}',
      meaning:
        'Le recalcul sur tout le journal a donné un autre chiffre, désormais utilisé : une ligne ancienne a été modifiée.',
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
