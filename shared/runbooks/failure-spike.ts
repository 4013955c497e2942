import type { Runbook } from '../domain/runbook.ts';
import { close, escalateNow, falseAlarm, tellTechnicalLead } from './steps.ts';

/** The failure rate of the whole festival. */
export const failureSpike: Runbook = {
  id: 'failure-spike',
  version: 3,
  title: { en: 'Many transactions are failing', fr: 'Beaucoup de transactions échouent' },
  source: 'Alert Interpretation and Response Procedures > Transaction Failure Alerts; Daily Health Check Procedures',
  algorithms: ['system_failure_spike'],
  steps: [
    {
      id: 'where',
      kind: 'query',
      window: [0, 2],
      title: { en: 'Where are they failing?', fr: 'Où échouent-elles ?' },
      text: {
        en: 'The last 15 minutes by point of sale. If one place has nearly all failures, send someone there.',
        fr: 'Le dernier quart d’heure par point de vente. Si un seul lieu a presque tous les échecs, envoyez-y quelqu’un.',
      },
      sql: `select coalesce(details ->> 'point_of_sale', '–') as point_of_sale, count(*) as transactions,
  count(*) filter (where status = 'failed') as failed,
  round(100.0 * count(*) filter (where status = 'failed') / count(*), 1) as failed_percent
from app_transaction_log
where log_id >= (
  select min(log_id) from (select log_id from app_transaction_log order by log_id desc limit 20000) as newest)
  and timestamp > now() - interval '15 minutes'
group by 1
order by failed desc
limit 50`,
    },
    {
      id: 'why',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Which errors?', fr: 'Quelles erreurs ?' },
      text: {
        en: 'Many “insufficient balance” errors: a crowd with empty cards. Timeouts: the network or the server.',
        fr: 'Beaucoup de « solde insuffisant » : une foule aux cartes vides. Des délais dépassés : le réseau ou le serveur.',
      },
      sql: `select coalesce(details ->> 'error', '–') as error, count(*) as failed, count(distinct card_id) as cards,
  min(timestamp) as first, max(timestamp) as last
from app_transaction_log
where log_id >= (
  select min(log_id) from (select log_id from app_transaction_log order by log_id desc limit 20000) as newest)
  and timestamp > now() - interval '15 minutes' and status = 'failed'
group by 1
order by failed desc
limit 50`,
    },
    {
      id: 'money',
      kind: 'query',
      window: [2, 5],
      title: { en: 'Did failures take money?', fr: 'Des échecs ont-ils pris de l’argent ?' },
      text: {
        en: 'Each of these has its own CRITICAL alert: those come first.',
        fr: 'Chacun a sa propre alerte CRITIQUE : elles passent avant.',
      },
      sql: `select log_id, card_id, amount_involved, previous_balance, new_balance, timestamp
from app_transaction_log
where log_id >= (
  select min(log_id) from (select log_id from app_transaction_log order by log_id desc limit 20000) as newest)
  and timestamp > now() - interval '15 minutes' and status = 'failed' and new_balance <> previous_balance
order by log_id desc
limit 50`,
    },
    {
      id: 'extent',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'How widespread is it?', fr: 'Quelle est l’étendue ?' },
      text: {
        en: 'One point of sale, the whole festival, or visitors without money on their cards?',
        fr: 'Un point de vente, tout le festival, ou des visiteurs sans argent sur leur carte ?',
      },
      choices: [
        { id: 'place', label: { en: 'One place', fr: 'Un seul lieu' }, tone: 'neutral', next: 'one-place' },
        { id: 'everywhere', label: { en: 'Everywhere', fr: 'Partout' }, tone: 'danger', next: 'everywhere' },
        { id: 'no-money', label: { en: 'Empty cards', fr: 'Des cartes vides' }, tone: 'safe', next: 'false-alarm' },
      ],
    },
    {
      id: 'one-place',
      kind: 'instruction',
      window: [5, 15],
      title: { en: 'Send someone to that point of sale', fr: 'Envoyer quelqu’un à ce point de vente' },
      text: {
        en: 'Restart its reader and its tablet, check its network. Until it works, the bar cannot take card payments.',
        fr: 'Redémarrez son lecteur et sa tablette, vérifiez son réseau. D’ici là, le bar ne peut pas encaisser par carte.',
      },
      next: 'close',
    },
    {
      id: 'everywhere',
      kind: 'instruction',
      window: [5, 10],
      title: { en: 'Tell all bars to wait', fr: 'Dire à tous les bars d’attendre' },
      text: {
        en: 'Call the operations manager. Bars must not repeat failed orders until you say so: that is how visitors get charged twice.',
        fr: 'Appelez le responsable des opérations. Les bars ne doivent répéter aucune commande échouée avant votre accord : c’est ainsi que l’on débite deux fois.',
      },
    },
    escalateNow([5, 10], {
      en: 'Payments are failing across the festival. The bars are waiting. The technical lead is being notified.',
      fr: 'Les paiements échouent dans tout le festival. Les bars attendent. Le responsable technique est prévenu.',
    }),
    tellTechnicalLead(
      [5, 15],
      {
        en: 'Read the most frequent error to the technical lead, with the minute of the first one.',
        fr: 'Lisez au responsable technique l’erreur la plus fréquente, avec la minute de la première.',
      },
      'close',
    ),
    falseAlarm([5, 15]),
    close([5, 30]),
  ],
};
