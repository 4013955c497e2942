import type { Runbook } from '../domain/runbook.ts';
import { close, correct, tellTechnicalLead, tellVisitor, watchForRecurrence } from './steps.ts';

/** A card that was scanned twice. */
export const duplicateScans: Runbook = {
  id: 'duplicate-scans',
  version: 3,
  title: { en: 'A card was scanned several times', fr: 'Une carte a été lue plusieurs fois' },
  source: 'Alert Interpretation and Response Procedures > Duplicate NFC Scans',
  algorithms: ['temporal_duplicate_detection'],
  steps: [
    {
      id: 'pattern',
      kind: 'query',
      window: [0, 5],
      title: { en: 'The scans around the burst', fr: 'Les lectures autour de la rafale' },
      text: {
        en: 'Same reader within a second: the reader bounced. Two readers: the card passed both.',
        fr: 'Même lecteur en une seconde : le lecteur a rebondi. Deux lecteurs : la carte est passée devant les deux.',
      },
      sql: `select scan_log_id, scan_timestamp, scan_status, device_identifier, scan_location_context as place, error_message
from nfc_scan_log
where card_id_scanned = :card_id
  and scan_log_id >= (
  select min(scan_log_id) from (select scan_log_id from nfc_scan_log order by scan_log_id desc limit 100000) as newest)
  and scan_timestamp between :occurred_at::timestamptz - interval '5 minutes' and :occurred_at::timestamptz + interval '5 minutes'
order by scan_timestamp
limit 100`,
    },
    {
      id: 'charges',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Was the card charged twice?', fr: 'La carte a-t-elle été débitée deux fois ?' },
      text: {
        en: 'The orders of this card around the burst. Two completed orders of the same amount at one bar: one too many.',
        fr: 'Les commandes de cette carte autour de la rafale. Deux commandes abouties du même montant au même bar : une de trop.',
      },
      sql: `select log_id, timestamp, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale, client_request_id
from app_transaction_log
where card_id = :card_id and transaction_type = 'bar_order'
  and timestamp between :occurred_at::timestamptz - interval '5 minutes' and :occurred_at::timestamptz + interval '5 minutes'
order by log_id
limit 50`,
    },
    {
      id: 'debouncing',
      kind: 'query',
      window: [5, 10],
      title: { en: 'Is debouncing working?', fr: 'L’anti-rebond fonctionne-t-il ?' },
      text: {
        en: 'Alerts of this type in the last hour, by reader. A reader with many of them is defective.',
        fr: 'Alertes de ce type depuis une heure, par lecteur. Un lecteur qui en a beaucoup est défectueux.',
      },
      sql: `select devices.device, count(*) as alerts, count(*) filter (where (e.event_data ->> 'charged_twice')::boolean) as charged_twice
from monitoring_events e
cross join lateral jsonb_array_elements_text(coalesce(e.event_data -> 'devices', '[]')) as devices (device)
where e.detection_algorithm = 'temporal_duplicate_detection' and e.detection_timestamp > now() - interval '1 hour'
group by devices.device
order by alerts desc
limit 20`,
    },
    {
      id: 'impact',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'Did it cost the visitor money?', fr: 'Le visiteur y a-t-il perdu de l’argent ?' },
      text: {
        en: 'If in doubt, ask the bar: two drinks are two orders.',
        fr: 'En cas de doute, demandez au bar : deux boissons font deux commandes.',
      },
      choices: [
        { id: 'none', label: { en: 'No', fr: 'Non' }, tone: 'safe', next: 'close' },
        {
          id: 'charged',
          label: { en: 'Yes: charged twice', fr: 'Oui : débité deux fois' },
          tone: 'danger',
          next: 'correct',
        },
        {
          id: 'reader',
          label: { en: 'No, but the reader is broken', fr: 'Non, mais le lecteur est en panne' },
          tone: 'neutral',
          next: 'tell-technical-lead',
        },
      ],
    },
    correct([5, 15], {
      en: 'Refund the second amount. Both orders are in the history, so use a goodwill correction; mention the second order in the reason.',
      fr: 'Remboursez le second montant. Les deux commandes sont dans l’historique : faites un geste commercial ; mentionnez la seconde commande dans le motif.',
    }),
    tellVisitor(
      [5, 15],
      {
        en: 'For more than a few euros, the visitor should hear it from you rather than at the next bar. Say:',
        fr: 'Au-delà de quelques euros, le visiteur doit l’apprendre de vous plutôt qu’au prochain bar. Dites :',
      },
      {
        en: 'Your order was charged twice. The second amount is back on your card.',
        fr: 'Votre commande a été débitée deux fois. Le second montant a été remis sur votre carte.',
      },
    ),
    watchForRecurrence([5, 15]),
    tellTechnicalLead(
      [5, 15],
      {
        en: 'Name the reader and how often it scanned twice in the last hour.',
        fr: 'Nommez le lecteur et le nombre de doubles lectures depuis une heure.',
      },
      'close',
    ),
    close([5, 15]),
  ],
};
