import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm } from './steps.ts';

/** A checklist whose time is over without a signature. */
export const checklistUnsigned: Runbook = {
  id: 'checklist-unsigned',
  version: 1,
  title: { en: 'A checklist is not signed', fr: 'Une liste de contrôle n’est pas signée' },
  source: 'Daily Maintenance Checklist; Operational Checklists',
  algorithms: ['checklist_unsigned'],
  steps: [
    {
      id: 'cause',
      kind: 'decision',
      window: [0, 60],
      title: { en: 'Has it been done?', fr: 'A-t-elle été faite ?' },
      text: {
        en: 'Open the screen Checklists: the run goes on where it was left, also after its time, and the alert ends with its signature.',
        fr: 'Ouvrez l’écran Contrôles : la liste reprend où elle s’était arrêtée, même après l’heure, et l’alerte prend fin avec sa signature.',
      },
      choices: [
        {
          id: 'now',
          label: { en: 'It will be done and signed now', fr: 'Elle est faite et signée maintenant' },
          tone: 'neutral',
          next: 'close',
        },
        {
          id: 'without',
          label: { en: 'The festival went on without it', fr: 'Le festival a continué sans elle' },
          tone: 'danger',
          next: 'close',
        },
        {
          id: 'closed',
          label: { en: 'The festival did not open', fr: 'Le festival n’a pas ouvert' },
          tone: 'safe',
          next: 'false-alarm',
        },
      ],
    },
    falseAlarm([5, 60]),
    close([5, 60]),
  ],
};
