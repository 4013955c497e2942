export const visitorTexts = {
  en: {
    title: 'To say to the visitor',
    somewhere: 'a bar',
    correction_waits:
      '“We are putting {{amount}} right on your card. It will be there as soon as our network is back.”',
    failed_order_took:
      '“Your order at {{place}} at {{time}} failed, and your card was charged all the same. {{amount}} is missing. We are putting it back.”',
    missing: '“By our records {{amount}} is missing on your card. We are finding out why, and you get it back.”',
    too_much:
      '“Your card holds {{balance}}, which is more than our records say. We are checking that; nothing is taken from you now.”',
    maybe_twice:
      '“It looks as if one order of {{amount}} at {{time}} was charged twice. We are asking the bar. If so, you get it back.”',
    given_back: '“At {{time}} we corrected your card by {{amount}}. It holds {{balance}} now.”',
    right_with_last:
      '“Your card is right: it holds {{balance}}. The last order was {{amount}} at {{place}}, at {{time}}.”',
    right: '“Your card is right: it holds {{balance}}.”',
  },
  fr: {
    title: 'À dire au visiteur',
    somewhere: 'un bar',
    correction_waits: '« Nous corrigeons {{amount}} sur votre carte. Ce sera fait dès que notre réseau revient. »',
    failed_order_took:
      '« Votre commande à {{place}} à {{time}} a échoué, et votre carte a tout de même été débitée. Il manque {{amount}}. Nous vous le rendons. »',
    missing:
      '« D’après nos comptes, il manque {{amount}} sur votre carte. Nous cherchons pourquoi, et vous le retrouverez. »',
    too_much:
      '« Votre carte contient {{balance}}, plus que ce que disent nos comptes. Nous vérifions ; rien ne vous est pris. »',
    maybe_twice:
      '« Une commande de {{amount}} à {{time}} semble avoir été comptée deux fois. Nous demandons au bar. Si c’est le cas, nous vous la rendons. »',
    given_back: '« À {{time}}, nous avons corrigé votre carte de {{amount}}. Elle contient maintenant {{balance}}. »',
    right_with_last:
      '« Votre carte est juste : elle contient {{balance}}. La dernière commande : {{amount}} à {{place}}, à {{time}}. »',
    right: '« Votre carte est juste : elle contient {{balance}}. »',
  },
} as const;
