import type { ChecklistDraft } from '../domain/checklist.ts';
import { backupMade } from './items.ts';

/** The guide's festival end checklist. */
export const festivalEnd: ChecklistDraft = {
  id: 'festival-end',
  version: 2,
  title: { en: 'Festival end', fr: 'Fin du festival' },
  source: 'Operational Checklists > Festival End Checklist',
  window: 'after_festival',
  items: [
    {
      id: 'final-report',
      kind: 'sensed',
      sense: 'final_report',
      expect: { atLeast: 1 },
      maxAgeS: 120,
      title: { en: 'The final report is made and signed', fr: 'Le rapport final est établi et signé' },
      text: {
        en: 'Reports: make the final report, look at it, and have a supervisor sign it.',
        fr: 'Rapports : établissez le rapport final, relisez-le, et faites-le signer par un superviseur.',
      },
    },
    {
      id: 'metrics',
      kind: 'attested',
      figures: ['success_rate_7d', 'transactions_hourly_7d', 'critical_snapshots_7d', 'events_7d', 'critical_7d'],
      title: { en: 'Performance figures are documented', fr: 'Les chiffres de performance sont consignés' },
      text: {
        en: 'The figures beside are recorded with your signature.',
        fr: 'Les chiffres ci-contre sont conservés avec votre signature.',
      },
    },
    {
      id: 'open-events',
      kind: 'sensed',
      sense: 'open_events',
      expect: { atMost: 0 },
      maxAgeS: 120,
      title: { en: 'No event is open', fr: 'Aucun événement n’est ouvert' },
      text: {
        en: 'Every event has been resolved or recognised as a false positive.',
        fr: 'Chaque événement a été résolu ou reconnu comme faux positif.',
      },
    },
    {
      id: 'logged',
      kind: 'attested',
      title: { en: 'Issues and resolutions are logged', fr: 'Problèmes et solutions sont au journal' },
      text: {
        en: 'The incident log says what happened and how it was solved; no follow-up is left open.',
        fr: 'Le journal dit ce qui s’est passé et comment cela a été résolu ; aucune suite n’est en attente.',
      },
    },
    backupMade({
      en: 'The last one of the festival. Without one that Regie knows of, a supervisor says with a reason where it is.',
      fr: 'La dernière du festival. Si Regie n’en connaît aucune, un superviseur indique, avec un motif, où elle se trouve.',
    }),
    {
      id: 'recommendations',
      kind: 'answered',
      answer: { type: 'text' },
      title: { en: 'What do you recommend for the next one?', fr: 'Que recommandez-vous pour la prochaine édition ?' },
      text: {
        en: 'Optimisations of the system, of readers and networks, of thresholds and staffing.',
        fr: 'Améliorations du système, des lecteurs et réseaux, des seuils et des effectifs.',
      },
    },
    {
      id: 'review',
      kind: 'answered',
      answer: { type: 'text' },
      title: { en: 'When is the review?', fr: 'Quand a lieu le bilan ?' },
      text: {
        en: 'Day, place and who is invited.',
        fr: 'Jour, lieu et personnes invitées.',
      },
    },
  ],
};
