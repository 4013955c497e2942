/** A name, one sentence for the board, and what it means, for each detection algorithm. */
export const detectorTexts = {
  en: {
    at: 'at {{place}}',
    balance_deduction_on_failure: {
      name: 'Money taken by a failed order',
      sentence: 'Card {{card}} lost {{amount}} on a failed order {{place}}',
      meaning: 'The order failed, and its amount was taken from the card all the same.',
    },
    balance_mismatch_detection: {
      name: 'Card does not match its history',
      sentence: 'Card {{card}} differs from its history by {{amount}}',
      meaning: 'What the card holds is not what its completed transactions say.',
    },
    negative_balance_detection: {
      name: 'Card below zero',
      sentence: 'Card {{card}} is {{amount}} below zero',
      meaning: 'A card was charged more than it held.',
    },
    consecutive_failures: {
      name: 'Failures in a row',
      sentence: 'Card {{card}} failed {{count}} times in a row {{place}}',
      meaning: 'The visitor cannot pay: the card is empty or damaged, or the reader has trouble.',
    },
    system_failure_spike: {
      name: 'Many failures',
      sentence: '{{percent}} % of transactions failed in the last {{minutes}} minutes ({{count}})',
      meaning: 'Failures everywhere point to the system, the network or one bar, not to a card.',
    },
    temporal_duplicate_detection: {
      name: 'Card scanned twice',
      sentence: 'Card {{card}} was scanned {{count}} times within seconds',
      meaning: 'The reader or the visitor scanned again. Check whether it was charged twice.',
    },
    concurrent_transaction_detection: {
      name: 'Transactions at the same moment',
      sentence: 'Card {{card}}: {{count}} transactions at the same moment',
      meaning: 'Two transactions ran at once. One may have overwritten the other’s balance.',
    },
    duplicate_charge: {
      name: 'Charged twice',
      sentence: 'Card {{card}} was charged {{amount}} twice {{place}}',
      meaning: 'The same amount at the same place within seconds, as two separate orders. One was probably not meant.',
    },
    balance_chain_break: {
      name: 'Jump between two transactions',
      sentence: 'Card {{card}} jumped by {{amount}} between two transactions {{place}}',
      meaning:
        'A transaction began with another balance than the one before had left. Something changed the card between them.',
    },
    reader_failure_spike: {
      name: 'Reader in trouble',
      sentence: 'Reader {{device}}: {{percent}} % of {{count}} scans failed',
      meaning: 'One reader refuses many cards. Look at this reader before you look at the cards.',
    },
    reader_silent: {
      name: 'Silent reader',
      sentence: 'Reader {{device}} has been silent for {{minutes}} minutes',
      meaning: 'It scanned steadily and stopped while others go on: no power, no network, or its bar has closed.',
    },
    unknown_transaction_type: {
      name: 'Unknown kind of transaction',
      sentence: 'Unknown kind of transaction “{{type}}”: {{count}} rows',
      sentence_one: 'Unknown kind of transaction “{{type}}”: {{count}} row',
      meaning: 'Regie does not know whether this kind adds or takes money, so it counts for nothing.',
    },
    unknown_card: {
      name: 'Card that does not exist',
      sentence: 'Card {{card}} is in the log and nowhere else: {{count}} rows',
      sentence_one: 'Card {{card}} is in the log and nowhere else: {{count}} row',
      meaning: 'The log names a card that the festival does not have: removed, mistyped or forged.',
    },
    ledger_drift: {
      name: 'Regie’s ledger was wrong',
      sentence: 'Regie’s ledger of card {{card}} was off by {{amount}}',
      meaning: 'Recomputing it from the whole log gave another figure, which now stands: an older row was changed.',
    },
    health_status_change: {
      name: 'System health changed',
      sentence: 'System health: {{from}} → {{to}}',
      meaning: 'The overall state of the payment system changed. The reasons are among the facts.',
    },
    health: { HEALTHY: 'healthy', WARNING: 'warning', CRITICAL: 'critical', UNKNOWN: 'unknown' },
    thresholds: {
      seconds: 'Within seconds',
      minutes: 'Within minutes',
      count: 'Failures in a row',
      transactions: 'More transactions than',
      percent: 'Percent failed',
      highPercent: 'Percent failed, severity high',
      scans: 'Scans at least',
      silentMinutes: 'Minutes of silence',
      usualScans: 'Scans before the silence',
      otherScans: 'Scans of other readers meanwhile',
      toleranceCents: 'Tolerance in cents',
      looksApartSeconds: 'Seconds between two looks',
      apartSeconds: 'Seconds between two looks',
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
      meaning: 'La commande a échoué, et son montant a tout de même été pris sur la carte.',
    },
    balance_mismatch_detection: {
      name: 'Carte différente de son historique',
      sentence: 'La carte {{card}} diffère de son historique de {{amount}}',
      meaning: 'Ce que la carte contient n’est pas ce que disent ses transactions abouties.',
    },
    negative_balance_detection: {
      name: 'Carte sous zéro',
      sentence: 'La carte {{card}} est {{amount}} sous zéro',
      meaning: 'Une carte a été débitée de plus qu’elle ne contenait.',
    },
    consecutive_failures: {
      name: 'Échecs à la suite',
      sentence: 'La carte {{card}} a échoué {{count}} fois de suite {{place}}',
      meaning: 'Le visiteur ne peut pas payer : carte vide ou abîmée, ou lecteur en difficulté.',
    },
    system_failure_spike: {
      name: 'Beaucoup d’échecs',
      sentence: '{{percent}} % des transactions ont échoué ces {{minutes}} dernières minutes ({{count}})',
      meaning: 'Des échecs partout désignent le système, le réseau ou un bar, pas une carte.',
    },
    temporal_duplicate_detection: {
      name: 'Carte scannée deux fois',
      sentence: 'La carte {{card}} a été scannée {{count}} fois en quelques secondes',
      meaning: 'Le lecteur ou le visiteur a scanné de nouveau. Vérifiez un double débit.',
    },
    concurrent_transaction_detection: {
      name: 'Transactions simultanées',
      sentence: 'Carte {{card}} : {{count}} transactions au même instant',
      meaning: 'Deux transactions ont couru en même temps. L’une a pu écraser le solde de l’autre.',
    },
    duplicate_charge: {
      name: 'Débitée deux fois',
      sentence: 'La carte {{card}} a été débitée deux fois de {{amount}} {{place}}',
      meaning:
        'Le même montant au même endroit en quelques secondes, en deux commandes. L’une n’était sans doute pas voulue.',
    },
    balance_chain_break: {
      name: 'Saut entre deux transactions',
      sentence: 'La carte {{card}} a sauté de {{amount}} entre deux transactions {{place}}',
      meaning:
        'Une transaction est partie d’un autre solde que celui laissé par la précédente. La carte a changé entre elles.',
    },
    reader_failure_spike: {
      name: 'Lecteur en difficulté',
      sentence: 'Lecteur {{device}} : {{percent}} % des {{count}} scans ont échoué',
      meaning: 'Un lecteur refuse beaucoup de cartes. Regardez ce lecteur avant de regarder les cartes.',
    },
    reader_silent: {
      name: 'Lecteur muet',
      sentence: 'Le lecteur {{device}} est muet depuis {{minutes}} minutes',
      meaning:
        'Il scannait régulièrement et s’est tu alors que d’autres continuent : ni courant, ni réseau, ou bar fermé.',
    },
    unknown_transaction_type: {
      name: 'Type de transaction inconnu',
      sentence: 'Type de transaction inconnu « {{type}} » : {{count}} lignes',
      sentence_one: 'Type de transaction inconnu « {{type}} » : {{count}} ligne',
      meaning: 'Regie ne sait pas si ce type ajoute ou prend de l’argent : il ne compte donc pour rien.',
    },
    unknown_card: {
      name: 'Carte qui n’existe pas',
      sentence: 'La carte {{card}} n’est que dans le journal : {{count}} lignes',
      sentence_one: 'La carte {{card}} n’est que dans le journal : {{count}} ligne',
      meaning: 'Le journal nomme une carte que le festival n’a pas : supprimée, mal saisie ou falsifiée.',
    },
    ledger_drift: {
      name: 'Compte de Regie inexact',
      sentence: 'Le compte de Regie pour la carte {{card}} était faux de {{amount}}',
      meaning:
        'Le recalcul sur tout le journal a donné un autre chiffre, qui vaut désormais : une ligne ancienne a été modifiée.',
    },
    health_status_change: {
      name: 'Santé du système changée',
      sentence: 'Santé du système : {{from}} → {{to}}',
      meaning: 'L’état général du système de paiement a changé. Les raisons sont parmi les faits.',
    },
    health: { HEALTHY: 'bonne', WARNING: 'à surveiller', CRITICAL: 'critique', UNKNOWN: 'inconnue' },
    thresholds: {
      seconds: 'En l’espace de (secondes)',
      minutes: 'En l’espace de (minutes)',
      count: 'Échecs à la suite',
      transactions: 'Plus de transactions que',
      percent: 'Pour cent d’échecs',
      highPercent: 'Pour cent d’échecs, gravité haute',
      scans: 'Scans au moins',
      silentMinutes: 'Minutes de silence',
      usualScans: 'Scans avant le silence',
      otherScans: 'Scans des autres lecteurs entre-temps',
      toleranceCents: 'Tolérance en centimes',
      looksApartSeconds: 'Secondes entre deux regards',
      apartSeconds: 'Secondes entre deux regards',
    },
    other: {
      name: '{{algorithm}}',
      sentence: '{{algorithm}} {{card}} {{amount}}',
      meaning: 'Levée par un autre système de surveillance.',
    },
  },
} as const;
