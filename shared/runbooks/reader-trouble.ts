import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm, tellTechnicalLead } from './steps.ts';

/** A reader that fails: check it, restart it if needed. */
export const readerTrouble: Runbook = {
  id: 'reader-trouble',
  version: 3,
  title: { en: 'A reader is failing or silent', fr: 'Un lecteur est défaillant ou muet' },
  source: 'Alert Interpretation and Response Procedures > Consecutive Transaction Failures',
  algorithms: ['reader_failure_spike', 'reader_silent'],
  steps: [
    {
      id: 'scans',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Last scans of this reader', fr: 'Dernières lectures de ce lecteur' },
      text: {
        en: 'Its last scans, with errors.',
        fr: 'Ses dernières lectures, avec leurs erreurs.',
      },
      sql: `select scan_timestamp, card_id_scanned, scan_status, error_message, processing_duration_ms, scan_location_context as place
from nfc_scan_log
where device_identifier = :device and scan_log_id >= (
  select min(scan_log_id) from (select scan_log_id from nfc_scan_log order by scan_log_id desc limit 20000) as newest)
order by scan_log_id desc
limit 30`,
    },
    {
      id: 'neighbours',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Other readers', fr: 'Les autres lecteurs' },
      text: {
        en: 'All readers in the last ten minutes. If the neighbours fail too, it is their network.',
        fr: 'Tous les lecteurs depuis dix minutes. Si les voisins échouent aussi, c’est leur réseau.',
      },
      sql: `select device_identifier, max(scan_location_context) as place, count(*) as scans,
  count(*) filter (where scan_status <> 'success') as failed, max(scan_timestamp) as last_scan
from nfc_scan_log
where scan_log_id >= (
  select min(scan_log_id) from (select scan_log_id from nfc_scan_log order by scan_log_id desc limit 20000) as newest)
  and scan_timestamp > now() - interval '10 minutes'
group by device_identifier
order by failed desc, device_identifier
limit 50`,
    },
    {
      id: 'cause',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'What does the bar say?', fr: 'Que dit le bar ?' },
      text: {
        en: 'Call the bar that has this reader.',
        fr: 'Appelez le bar où se trouve ce lecteur.',
      },
      choices: [
        {
          id: 'broken',
          label: { en: 'It does not work', fr: 'Il ne fonctionne pas' },
          tone: 'danger',
          next: 'restart',
        },
        {
          id: 'network',
          label: { en: 'Several do not work', fr: 'Plusieurs ne fonctionnent pas' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        {
          id: 'idle',
          label: { en: 'It works; nobody came', fr: 'Il fonctionne ; personne n’est venu' },
          tone: 'safe',
          next: 'false-alarm',
        },
      ],
    },
    {
      id: 'restart',
      kind: 'instruction',
      window: [5, 15],
      title: { en: 'Restart it, then try a card', fr: 'Le redémarrer, puis essayer une carte' },
      text: {
        en: 'Switch off, wait ten seconds, switch on. Scan a card that works elsewhere.',
        fr: 'Éteindre, attendre dix secondes, rallumer. Lire une carte qui fonctionne ailleurs.',
      },
    },
    {
      id: 'works-again',
      kind: 'query',
      window: [5, 15],
      title: { en: 'Does it work again?', fr: 'Fonctionne-t-il de nouveau ?' },
      text: {
        en: 'Its scans of the last five minutes. Run it again after the bar has tried a card. If it still fails, bring a spare reader.',
        fr: 'Ses lectures depuis cinq minutes. Relancez après l’essai du bar. S’il échoue encore, apportez un lecteur de rechange.',
      },
      sql: `select scan_timestamp, scan_status, error_message
from nfc_scan_log
where device_identifier = :device and scan_log_id >= (
  select min(scan_log_id) from (select scan_log_id from nfc_scan_log order by scan_log_id desc limit 20000) as newest)
  and scan_timestamp > now() - interval '5 minutes'
order by scan_log_id desc
limit 20`,
      next: 'close',
    },
    tellTechnicalLead(
      [5, 15],
      {
        en: 'Name the places whose readers fail: they may share a switch or an access point.',
        fr: 'Nommez les lieux dont les lecteurs échouent : ils partagent peut-être un commutateur ou une borne Wi-Fi.',
      },
      'close',
    ),
    falseAlarm([5, 15]),
    close([5, 15]),
  ],
};
