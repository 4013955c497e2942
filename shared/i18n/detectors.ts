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
    other: {
      name: '{{algorithm}}',
      sentence: '{{algorithm}} {{card}} {{amount}}',
      meaning: 'Levée par un autre système de surveillance.',
    },
  },
} as const;
