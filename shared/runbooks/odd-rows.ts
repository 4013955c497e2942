import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm, isItExpected, tellTechnicalLead } from './steps.ts';

/** Rows that Regie could not read, and tills and readers whose clock is wrong. */
export const oddRows: Runbook = {
  id: 'odd-rows',
  version: 1,
  title: { en: 'Data that cannot be read, or a wrong clock', fr: 'Données illisibles ou horloge déréglée' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts (root cause analysis)',
  algorithms: ['rows_set_aside', 'wrong_clock'],
  steps: [
    {
      id: 'rows',
      kind: 'query',
      window: [0, 15],
      title: { en: 'Its rows', fr: 'Ses lignes' },
      text: {
        en: 'What is set aside, and what stands there. Empty for a wrong clock.',
        fr: 'Ce qui est mis de côté, et ce qui s’y trouve. Vide pour une horloge déréglée.',
      },
      sql: `select source, row_id, column_name, value, money, since, seen
from console.set_aside
where resolved_at is null
order by since desc
limit 50`,
    },
    {
      id: 'clock',
      kind: 'query',
      window: [0, 15],
      title: { en: 'What its clock says', fr: 'Ce que dit son horloge' },
      text: {
        en: 'The latest rows with an impossible time: what they say, and when they arrived.',
        fr: 'Les dernières lignes à l’heure impossible : ce qu’elles indiquent, et quand elles sont arrivées.',
      },
      sql: `select 'log ' || log_id as row, point_of_sale as till_or_reader, stated_at, read_at
from console.recent_transactions where stated_at is not null
union all
select 'scan ' || scan_log_id, device_identifier, stated_at, read_at
from console.recent_scans where stated_at is not null
order by read_at desc
limit 20`,
    },
    isItExpected([5, 60], {
      en: 'Regie checks these rows every 30 seconds, and reads them as soon as they are corrected in the festival’s table. Until then, check the money of these rows yourself.',
      fr: 'Regie revoit ces lignes toutes les 30 secondes et les lit dès qu’elles sont corrigées dans la table du festival. D’ici là, contrôlez leur argent à la main.',
    }),
    tellTechnicalLead(
      [5, 60],
      {
        en: 'Read the row, or the till with the wrong clock, to the technical lead: whoever writes it has to correct it.',
        fr: 'Lisez la ligne, ou la caisse à l’horloge déréglée, au responsable technique : celui qui l’écrit doit la corriger.',
      },
      'close',
    ),
    falseAlarm([5, 60]),
    close([5, 60]),
  ],
};
