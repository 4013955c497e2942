/** What a spike, a storm or a flood has in common. */
export const causeTexts = {
  en: {
    title: 'What they have in common',
    found_one:
      '{{share}} of them ({{count}} card) {{what}}, which makes {{traffic}} of the hour’s transactions of that kind.',
    found_other:
      '{{share}} of them ({{count}} cards) {{what}}, which makes {{traffic}} of the hour’s transactions of that kind.',
    also: 'The figures cannot tell that from: {{others}}.',
    none_one: 'No common cause found ({{count}} card compared with the hour’s healthy transactions).',
    none_other: 'No common cause found ({{count}} cards compared with the hour’s healthy transactions).',
    value_pointOfSale: 'at {{value}}',
    value_reader: 'on reader {{value}}',
    value_product: 'with {{value}}',
    value_amount: 'for {{value}}',
    value_cardPrefix: 'with a card whose id starts with {{value}}',
    value_function: 'through {{value}}',
    value_type: 'of type {{value}}',
    value_clock: 'from a till whose clock is wrong',
  },
  fr: {
    title: 'Ce qu’elles ont en commun',
    found_one:
      '{{share}} d’entre elles ({{count}} carte) {{what}}, pour {{traffic}} des transactions de ce genre dans l’heure.',
    found_other:
      '{{share}} d’entre elles ({{count}} cartes) {{what}}, pour {{traffic}} des transactions de ce genre dans l’heure.',
    also: 'Les chiffres ne permettent pas de distinguer cela de : {{others}}.',
    none_one: 'Aucune cause commune trouvée ({{count}} carte comparée aux transactions saines de l’heure).',
    none_other: 'Aucune cause commune trouvée ({{count}} cartes comparées aux transactions saines de l’heure).',
    value_pointOfSale: 'à {{value}}',
    value_reader: 'sur le lecteur {{value}}',
    value_product: 'avec {{value}}',
    value_amount: 'pour {{value}}',
    value_cardPrefix: 'avec une carte qui commence par {{value}}',
    value_function: 'par {{value}}',
    value_type: 'de type {{value}}',
    value_clock: 'depuis une caisse dont l’horloge est fausse',
  },
} as const;
