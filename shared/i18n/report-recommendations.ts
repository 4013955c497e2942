import type { Language } from '../domain/language.ts';
import type { Recommendation } from '../domain/report.ts';
import { detectorTexts } from './detectors.ts';
import { fill } from './fill.ts';
import { plainDay, plainMoney, plainNumber } from './report-format.ts';

/** What each rule of shared/domain/report-recommendations.ts recommends, with the figures that it follows from. */
const sentences = {
  en: {
    history_shrank:
      'Say what the missing beginning of the log came to (Health, Start over): until then no sum of the log holds.',
    cards_differ:
      'Settle the cards that differ from the log ({{count}}, together {{amount}}), by correction or by finding the writer that does not log.',
    orders_differ:
      'Orders that are not the same in the log and among the orders: {{count}} (together {{amount}}). Find why, before takings are paid out.',
    cards_unreadable: 'Cards whose amount cannot be read: {{count}}. Repair them: their money is in no sum.',
    not_reconciled:
      'Rows of corrections that break a rule: {{count}} ({{names}}). Look into them with whoever administers the database.',
    answered_late:
      '{{severity}}: {{late}} of {{alerts}} alerts were not answered within {{minutes}} minutes. Plan one more person at these hours, or pass them on sooner.',
    messages_failed:
      'Messages of the escalation that failed or are unconfirmed: {{count}}. Check channels and contacts.',
    still_open: 'Alerts that are still open: {{count}}. Close them, or say in the log why they stay.',
    false_positives:
      '{{detector}}: {{wrong}} of {{closed}} were false ({{percent}}%). Try other thresholds on the recorded days (Settings, Detectors).',
    slow_detection:
      '{{detector}}: one in twenty was found after more than {{seconds}} s. Look at the load of the database and at the laptop that leads.',
    success_rate: 'On {{day}} only {{percent}}% of transactions succeeded: see what they had in common.',
    failing_place:
      '{{place}}: {{failed}} of {{transactions}} transactions failed ({{percent}}%), more than twice the usual share. Check readers, network and staff there.',
    flooded:
      'In {{periods}} periods of ten minutes ({{percent}}%) more alerts came than one person can take in ({{floods}} floods). Repair what they had in common.',
    chattering:
      '{{detector}} at {{about}} starts again and again ({{alerts}} alerts): repair the cause, or let its threshold wait longer.',
    urgent_share:
      '{{percent}}% of {{alerts}} alerts were critical or high; 5 to 6% can be told apart. Review severities.',
    connections: '{{percent}}% of the connections were in use: allow more, or put a pooler in front of the tills.',
    growth: 'Transactions grow by {{perDay}} a day: in {{days}} days expect {{value}} a day ({{low}} to {{high}}).',
    detector_errors: 'Errors of {{detector}}: {{count}}. Read Regie’s own log.',
    chain_broken:
      'The audit trail is broken at row {{seq}}: find out who administers the database, and compare with a backup.',
    rights: 'Points where rights or connection are not as they should be: {{count}}. npm run doctor says what to do.',
    one_supervisor:
      'Active supervisors: {{count}}. With fewer than two nobody can approve, and nobody can let a supervisor in again.',
    unused_operators: 'Deactivate operators who did not sign in during the period ({{count}}): {{names}}.',
    wrong_pins: 'Wrong PINs in a row ({{count}}): {{names}}. Ask them, or set a new PIN.',
    unseen_laptops: 'End laptops that were not seen during the period ({{count}}): {{names}}.',
  },
  fr: {
    history_shrank:
      'Indiquez à combien se montait le début manquant du journal (Santé, Repartir) : d’ici là, aucune somme du journal ne tient.',
    cards_differ:
      'Réglez les cartes en écart avec le journal ({{count}}, {{amount}} en tout), par correction ou en trouvant ce qui écrit sans journaliser.',
    orders_differ:
      'Commandes qui diffèrent entre le journal et les commandes : {{count}} ({{amount}} en tout). Cherchez pourquoi avant de verser les recettes.',
    cards_unreadable: 'Cartes au montant illisible : {{count}}. Réparez-les : leur argent n’est dans aucune somme.',
    not_reconciled:
      'Lignes de corrections qui enfreignent une règle : {{count}} ({{names}}). Examinez-les avec l’administrateur de la base.',
    answered_late:
      '{{severity}} : {{late}} alertes sur {{alerts}} sont restées sans réponse dans les {{minutes}} minutes. Prévoyez une personne de plus à ces heures, ou transmettez plus tôt.',
    messages_failed: 'Messages d’escalade échoués ou non confirmés : {{count}}. Vérifiez canaux et contacts.',
    still_open:
      'Alertes encore ouvertes : {{count}}. Clôturez-les, ou dites dans la main courante pourquoi elles le restent.',
    false_positives:
      '{{detector}} : {{wrong}} sur {{closed}} étaient des faux positifs ({{percent}} %). Essayez d’autres seuils sur les jours enregistrés (Réglages, Détecteurs).',
    slow_detection:
      '{{detector}} : une détection sur vingt a pris plus de {{seconds}} s. Regardez la charge de la base et le poste qui mène.',
    success_rate:
      'Le {{day}}, seules {{percent}} % des transactions ont abouti : voyez ce que les autres avaient en commun.',
    failing_place:
      '{{place}} : {{failed}} transactions sur {{transactions}} ont échoué ({{percent}} %), plus de deux fois la part habituelle. Vérifiez-y lecteurs, réseau et équipe.',
    flooded:
      'Pendant {{periods}} périodes de dix minutes ({{percent}} %), il est arrivé plus d’alertes qu’une personne n’en peut traiter ({{floods}} avalanches). Réparez ce qu’elles avaient en commun.',
    chattering:
      '{{detector}}, {{about}} : recommence sans cesse ({{alerts}} alertes). Réparez la cause, ou allongez l’attente du seuil.',
    urgent_share:
      '{{percent}} % des {{alerts}} alertes étaient critiques ou hautes ; on n’en distingue bien que 5 à 6 %. Revoyez les gravités.',
    connections:
      '{{percent}} % des connexions étaient prises : autorisez-en davantage, ou placez un pooler devant les caisses.',
    growth:
      'Les transactions augmentent de {{perDay}} par jour : dans {{days}} jours, comptez-en {{value}} par jour (de {{low}} à {{high}}).',
    detector_errors: 'Erreurs de {{detector}} : {{count}}. Lisez le journal de Regie.',
    chain_broken:
      'La piste d’audit est rompue à la ligne {{seq}} : cherchez qui administre la base, et comparez avec une sauvegarde.',
    rights:
      'Points où droits ou connexion ne sont pas ce qu’ils devraient être : {{count}}. npm run doctor dit quoi faire.',
    one_supervisor:
      'Superviseurs actifs : {{count}}. À moins de deux, personne ne peut approuver ni rétablir l’accès d’un superviseur.',
    unused_operators:
      'Désactivez les opérateurs qui ne se sont pas identifiés pendant la période ({{count}}) : {{names}}.',
    wrong_pins: 'PIN erronés à la suite ({{count}}) : {{names}}. Demandez-leur, ou définissez un nouveau PIN.',
    unseen_laptops: 'Retirez les postes qu’on n’a pas vus pendant la période ({{count}}) : {{names}}.',
  },
} satisfies Record<Language, Record<string, string>>;

type Rule = keyof (typeof sentences)['en'];
const isRule = (rule: string): rule is Rule => Object.hasOwn(sentences.en, rule);

const MONEY = new Set(['amount']);

/** A detector's name; one that another system invented as it is. */
export const detectorWords = (algorithm: string, language: Language): string => {
  const known: Record<string, unknown> = detectorTexts[language];
  const found = Object.hasOwn(known, algorithm) ? known[algorithm] : undefined;
  return typeof found === 'object' && found !== null && 'name' in found ? String(found.name) : algorithm;
};

/** A recommendation in a sentence. One of a newer version is named by its rule. */
export const recommendationSentence = ({ rule, params }: Recommendation, language: Language): string => {
  if (!isRule(rule)) return rule;
  const { algorithm, day } = params;
  const shown = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value !== 'number'
        ? value
        : MONEY.has(name)
          ? plainMoney(value, language)
          : plainNumber(value, language, 1),
    ]),
  );
  return fill(sentences[language][rule], {
    ...shown,
    ...(typeof params.alarms === 'number' ? { alerts: plainNumber(params.alarms, language) } : {}),
    ...(typeof algorithm === 'string' ? { detector: detectorWords(algorithm, language) } : {}),
    ...(typeof day === 'string' ? { day: plainDay(day) } : {}),
  });
};
