/** What Regie writes and says to people who are not at a console. `alert` ends a message and names where it comes from. */
export const messageTexts = {
  en: {
    amount: '{{amount}} EUR',
    card: 'card {{card}}',
    seconds_one: 'Nobody has acknowledged this alert for {{count}} second.',
    seconds_other: 'Nobody has acknowledged this alert for {{count}} seconds.',
    minutes_one: 'Nobody has acknowledged this alert for {{count}} minute.',
    minutes_other: 'Nobody has acknowledged this alert for {{count}} minutes.',
    alert: 'Alert {{alert}}, in Regie.',
    alertOf: 'Alert {{alert}} ({{festival}}), in Regie.',
    from: '{{festival}}, Regie',
    testSubject: '[TEST] Regie can reach you',
    test: 'This is a test by {{name}} ({{channel}}). Nothing has happened.',
  },
  fr: {
    amount: '{{amount}} EUR',
    card: 'carte {{card}}',
    seconds_one: 'Personne n’a acquitté cette alerte depuis {{count}} seconde.',
    seconds_other: 'Personne n’a acquitté cette alerte depuis {{count}} secondes.',
    minutes_one: 'Personne n’a acquitté cette alerte depuis {{count}} minute.',
    minutes_other: 'Personne n’a acquitté cette alerte depuis {{count}} minutes.',
    alert: 'Alerte {{alert}}, dans Regie.',
    alertOf: 'Alerte {{alert}} ({{festival}}), dans Regie.',
    from: '{{festival}}, Regie',
    testSubject: '[TEST] Regie peut vous joindre',
    test: 'Ceci est un test envoyé par {{name}} ({{channel}}). Il ne s’est rien passé.',
  },
} as const;
