import type { Runbook } from '../domain/runbook.ts';
import { close, tellTechnicalLead } from './steps.ts';

/** A backup failed, or the daily maintenance was not done. */
export const upkeepMissed: Runbook = {
  id: 'upkeep-missed',
  version: 1,
  title: { en: 'Backup or maintenance missed', fr: 'Sauvegarde ou maintenance non faite' },
  source: 'Daily Maintenance Checklist > Evening Routine; Data Recovery',
  algorithms: ['backup_failed', 'maintenance_missed'],
  steps: [
    {
      id: 'again',
      kind: 'decision',
      window: [0, 15],
      title: { en: 'Does it work now?', fr: 'Cela fonctionne-t-il maintenant ?' },
      text: {
        en: 'A backup is made in Settings, maintenance is run on the Database screen. The alert ends with the next good one.',
        fr: 'La sauvegarde se fait dans les réglages, la maintenance sur l’écran Base de données. L’alerte prend fin avec la prochaine réussie.',
      },
      choices: [
        { id: 'yes', label: { en: 'Yes, done', fr: 'Oui, c’est fait' }, tone: 'safe', next: 'close' },
        {
          id: 'no',
          label: { en: 'No, it fails again', fr: 'Non, nouvel échec' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
      ],
    },
    tellTechnicalLead(
      [15, 60],
      {
        en: 'Read the error on the alert to them. A full disk and a missing right are the usual causes.',
        fr: 'Lisez-lui l’erreur de l’alerte. Un disque plein et un droit manquant sont les causes habituelles.',
      },
      'close',
    ),
    close([15, 60]),
  ],
};
