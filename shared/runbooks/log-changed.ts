import type { Runbook } from '../domain/runbook.ts';
import { close, tellTechnicalLead } from './steps.ts';

/** The festival's tables are not what they were: what is still seen, who changed them, and who decides. */
export const logChanged: Runbook = {
  id: 'log-changed',
  version: 1,
  title: { en: 'The log has changed', fr: 'Le journal a changé' },
  source: 'Common Issues and Resolutions',
  algorithms: ['log_changed', 'undecided_rows', 'traffic_silent'],
  steps: [
    {
      id: 'state',
      kind: 'query',
      window: [0, 2],
      title: { en: 'What Regie reads', fr: 'Ce que Regie lit' },
      text: {
        en: 'How far each log was read, and since when nothing new has come.',
        fr: 'Jusqu’où chaque journal a été lu, et depuis quand rien de nouveau n’arrive.',
      },
      sql: `select w.source, w.last_id, w.advanced_at, h.first_id, h.carried_to, h.emptied_at, h.decided_at, h.decided_by
from console.watermarks w cross join console.log_history h
order by w.source`,
    },
    {
      id: 'cause',
      kind: 'decision',
      window: [2, 10],
      title: { en: 'Did someone do this on purpose?', fr: 'Quelqu’un l’a-t-il fait exprès ?' },
      text: {
        en: 'Ask the technical lead: an archive, a new release, a restore, closing time. If rows of the log are gone, a supervisor decides on the Health screen what they came to.',
        fr: 'Demandez au responsable technique : archivage, nouvelle version, restauration, fermeture. Si des lignes du journal ont disparu, un superviseur décide sur l’écran Santé de ce qu’elles valaient.',
      },
      choices: [
        {
          id: 'no',
          label: { en: 'No, or I don’t know', fr: 'Non, ou je ne sais pas' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        { id: 'yes', label: { en: 'Yes, and it is over', fr: 'Oui, et c’est terminé' }, tone: 'safe', next: 'close' },
      ],
    },
    tellTechnicalLead(
      [2, 15],
      {
        en: 'Read out the sentence of the alert: Regie needs the tables as they were, or the statement from npm run doctor.',
        fr: 'Lisez la phrase de l’alerte : Regie a besoin des tables telles qu’elles étaient, ou de l’instruction de npm run doctor.',
      },
      'close',
    ),
    close([5, 60]),
  ],
};
