export const visitorTexts = {
  en: {
    title: 'What to tell the visitor',
    somewhere: 'a bar',
    correction_waits: '“We are correcting your card by {{amount}}. It will be there as soon as our network is back.”',
    failed_order_took:
      '“Your order at {{place}} at {{time}} failed, but your card was charged anyway. {{amount}} is missing. We are refunding it.”',
    missing:
      '“According to our records, {{amount}} is missing from your card. We are finding out why, and you will get it back.”',
    too_much:
      '“Your card holds {{balance}}, more than our records show. We are checking; nothing is being deducted now.”',
    maybe_twice:
      '“It looks like an order of {{amount}} at {{time}} was charged twice. We are asking the bar. If so, you will be refunded.”',
    given_back: '“At {{time}} we corrected your card by {{amount}}. It now holds {{balance}}.”',
    right_with_last:
      '“Your card is correct: it holds {{balance}}. The last order was {{amount}} at {{place}}, at {{time}}.”',
    right: '“Your card is correct: it holds {{balance}}.”',
  },
  fr: {
    title: 'À dire au visiteur',
    somewhere: 'un bar',
    correction_waits: '« Nous corrigeons votre carte de {{amount}}. Ce sera fait dès que notre réseau sera rétabli. »',
    failed_order_took:
      '« Votre commande à {{place}} à {{time}} a échoué, mais votre carte a quand même été débitée. Il manque {{amount}}. Nous vous les rendons. »',
    missing:
      '« D’après nos données, il manque {{amount}} sur votre carte. Nous cherchons pourquoi, et vous les récupérerez. »',
    too_much:
      '« Votre carte contient {{balance}}, plus que ce qu’indiquent nos données. Nous vérifions ; rien ne vous est retiré pour l’instant. »',
    maybe_twice:
      '« Une commande de {{amount}} à {{time}} semble avoir été débitée deux fois. Nous demandons au bar. Si c’est le cas, vous serez remboursé. »',
    given_back: '« À {{time}}, nous avons corrigé votre carte de {{amount}}. Elle contient maintenant {{balance}}. »',
    right_with_last:
      '« Votre carte est correcte : elle contient {{balance}}. La dernière commande était de {{amount}} à {{place}}, à {{time}}. »',
    right: '« Votre carte est correcte : elle contient {{balance}}. »',
  },
} as const;
