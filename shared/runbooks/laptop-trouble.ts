import type { Runbook } from '../domain/runbook.ts';
import { close } from './steps.ts';

/** Something is wrong with one of the laptops themselves. */
export const laptopTrouble: Runbook = {
  id: 'laptop-trouble',
  version: 1,
  title: { en: 'A laptop needs attention', fr: 'Un poste a besoin d’attention' },
  source: 'Our own: the guide has no procedure for the consoles’ laptops',
  algorithms: ['clock_off', 'disk_low'],
  steps: [
    {
      id: 'what',
      kind: 'decision',
      window: [0, 15],
      title: { en: 'What is wrong with it?', fr: 'Qu’est-ce qui ne va pas ?' },
      text: {
        en: 'The alert names the laptop. It must be done on that one.',
        fr: 'L’alerte nomme le poste. C’est sur celui-là qu’il faut agir.',
      },
      choices: [
        { id: 'clock', label: { en: 'Its clock', fr: 'Son horloge' }, tone: 'neutral', next: 'set-clock' },
        { id: 'disk', label: { en: 'Its disk', fr: 'Son disque' }, tone: 'neutral', next: 'free-disk' },
      ],
    },
    {
      id: 'set-clock',
      kind: 'checklist',
      window: [0, 15],
      title: { en: 'Set its clock', fr: 'Régler son horloge' },
      text: {
        en: 'Automatic time in the system’s settings is best. The alert ends half a minute after the clock is right.',
        fr: 'Le mieux est l’heure automatique dans les réglages du système. L’alerte prend fin une demi-minute après.',
      },
      items: [
        { id: 'automatic', label: { en: 'Automatic time is enabled', fr: 'L’heure automatique est activée' } },
        { id: 'zone', label: { en: 'The time zone is the festival’s', fr: 'Le fuseau horaire est celui du festival' } },
      ],
      next: 'close',
    },
    {
      id: 'free-disk',
      kind: 'checklist',
      window: [0, 15],
      title: { en: 'Make room on its disk', fr: 'Libérer de la place sur son disque' },
      text: {
        en: 'Never delete Regie’s own folder: actions that were not sent are only there.',
        fr: 'Ne supprimez jamais le dossier de Regie : les actions non envoyées ne sont que là.',
      },
      items: [
        {
          id: 'trash',
          label: { en: 'Trash and downloads are emptied', fr: 'La corbeille et les téléchargements sont vidés' },
        },
        {
          id: 'backups',
          label: { en: 'Old backups are moved elsewhere', fr: 'Les anciennes sauvegardes sont déplacées' },
        },
      ],
    },
    close([5, 60]),
  ],
};
