import type { Runbook } from '../domain/runbook.ts';
import { close, escalateNow, tellTechnicalLead } from './steps.ts';

/** A card that fails several times in a row. */
export const consecutiveFailures: Runbook = {
  id: 'consecutive-failures',
  version: 3,
  title: { en: 'Several failures in a row on one card', fr: 'Plusieurs échecs de suite sur une carte' },
  source: 'Alert Interpretation and Response Procedures > Consecutive Transaction Failures',
  algorithms: ['consecutive_failures'],
  steps: [
    {
      id: 'failures',
      kind: 'query',
      window: [0, 2],
      title: { en: 'The failures of this card', fr: 'Les échecs de cette carte' },
      text: {
        en: 'What was attempted, where, and with which error.',
        fr: 'Ce qui a été tenté, où, et avec quelle erreur.',
      },
      sql: `select timestamp, transaction_type, amount_involved, details ->> 'point_of_sale' as point_of_sale,
  details ->> 'error' as error, log_id
from app_transaction_log
where card_id = :card_id and status = 'failed'
  and timestamp > :occurred_at::timestamptz - interval '15 minutes'
order by timestamp desc
limit 50`,
    },
    {
      id: 'enough-money',
      kind: 'query',
      window: [0, 2],
      title: { en: 'Is there enough on the card?', fr: 'Y a-t-il assez sur la carte ?' },
      text: {
        en: 'The balance next to the largest amount attempted.',
        fr: 'Le solde à côté du plus grand montant tenté.',
      },
      sql: `select c.amount as balance, max(t.amount_involved) as largest_try, c.amount >= max(t.amount_involved) as enough
from table_cards c
join app_transaction_log t on t.card_id = c.id and t.status = 'failed'
  and t.timestamp > :occurred_at::timestamptz - interval '15 minutes'
where c.id = :card_id
group by c.amount`,
    },
    {
      id: 'reader',
      kind: 'query',
      window: [2, 5],
      title: { en: 'The readers that saw this card', fr: 'Les lecteurs qui ont vu cette carte' },
      text: {
        en: 'All scans on those readers in the last 15 minutes: does the reader also fail for others?',
        fr: 'Toutes les lectures de ces lecteurs depuis un quart d’heure : le lecteur échoue-t-il aussi pour d’autres cartes ?',
      },
      sql: `select device_identifier, scan_location_context as place, count(*) as scans,
  count(*) filter (where scan_status <> 'success') as failed, count(distinct card_id_scanned) as cards
from nfc_scan_log
where scan_log_id >= (
  select min(scan_log_id) from (select scan_log_id from nfc_scan_log order by scan_log_id desc limit 20000) as newest)
  and scan_timestamp > :occurred_at::timestamptz - interval '15 minutes'
  and device_identifier in (
    select device_identifier from nfc_scan_log
    where scan_log_id >= (
        select min(scan_log_id) from (select scan_log_id from nfc_scan_log order by scan_log_id desc limit 20000) as newest)
      and card_id_scanned = :card_id
      and scan_timestamp > :occurred_at::timestamptz - interval '15 minutes')
group by device_identifier, scan_location_context
order by failed desc
limit 50`,
    },
    {
      id: 'cause',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'Card, reader, or wider problem?', fr: 'Carte, lecteur, ou problème plus large ?' },
      text: {
        en: 'Only this card fails: the card. Others fail at the same reader: the reader. Others fail elsewhere too: a wider problem.',
        fr: 'Seule cette carte échoue : la carte. D’autres échouent au même lecteur : le lecteur. D’autres échouent ailleurs : le problème est plus large.',
      },
      choices: [
        { id: 'card', label: { en: 'The card', fr: 'La carte' }, tone: 'safe', next: 'advise' },
        { id: 'reader', label: { en: 'The reader', fr: 'Le lecteur' }, tone: 'neutral', next: 'restart-reader' },
        {
          id: 'broader',
          label: { en: 'A wider problem', fr: 'Un problème plus large' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
      ],
    },
    {
      id: 'advise',
      kind: 'instruction',
      window: [5, 15],
      title: { en: 'Send the visitor to a top-up station', fr: 'Envoyer le visiteur à une borne de recharge' },
      text: {
        en: 'Have the bar say: “Your card cannot pay for this at the moment. The top-up station can see right away what is wrong.” Unreadable cards are replaced there.',
        fr: 'Faites dire au bar : « Votre carte ne peut pas payer cette commande pour le moment. La borne de recharge vous dira tout de suite pourquoi. » Une carte illisible y est remplacée.',
      },
      next: 'close',
    },
    {
      id: 'restart-reader',
      kind: 'instruction',
      window: [5, 15],
      title: { en: 'Have the reader restarted', fr: 'Faire redémarrer le lecteur' },
      text: {
        en: 'Call the bar: restart the reader, then scan a card that works elsewhere. If it fails again, take the reader out of service and bring a spare.',
        fr: 'Appelez le bar : faites redémarrer le lecteur, puis lire une carte qui fonctionne ailleurs. Si cela échoue encore, retirez le lecteur et apportez-en un autre.',
      },
      next: 'close',
    },
    tellTechnicalLead(
      [5, 15],
      {
        en: 'Say which readers and which error. Several points of sale at once means a network or a server, not a card.',
        fr: 'Dites quels lecteurs et quelle erreur. Plusieurs points de vente à la fois : c’est le réseau ou un serveur, pas une carte.',
      },
      'escalate',
    ),
    escalateNow(
      [5, 15],
      {
        en: 'Several points of sale are failing at once. It looks like a network or server problem.',
        fr: 'Plusieurs points de vente échouent à la fois. Cela ressemble à un problème de réseau ou de serveur.',
      },
      'close',
    ),
    close([5, 15]),
  ],
};
