import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead } from './festival-steps.ts';

/** Guide, "Issue: High False Positive Rate". */
export const falsePositives: Runbook = {
  id: 'false-positives',
  version: 1,
  title: { en: 'Too many false alarms', fr: 'Trop de fausses alertes' },
  source: 'Common Issues and Resolutions > High False Positive Rate',
  algorithms: [],
  steps: [
    {
      id: 'patterns',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Which detectors cry wolf?', fr: 'Quels détecteurs crient au loup ?' },
      text: {
        en: 'The share of alerts of the last seven days that somebody marked as a false positive, by detector.',
        fr: 'Part des alertes des sept derniers jours marquées comme faux positif, par détecteur.',
      },
      sql: `select event_type, detection_algorithm, count(*) as total,
  count(*) filter (where status = 'FALSE_POSITIVE') as false_positives,
  round(count(*) filter (where status = 'FALSE_POSITIVE')::numeric / count(*) * 100, 2) as fp_rate
from monitoring_events
where detection_timestamp > now() - interval '7 days'
group by event_type, detection_algorithm
having count(*) filter (where status = 'FALSE_POSITIVE') > 0
order by fp_rate desc`,
    },
    {
      id: 'reasons',
      kind: 'query',
      window: [0, 10],
      title: { en: 'What did people write?', fr: 'Qu’ont-ils écrit ?' },
      text: {
        en: 'The newest reasons. The same words again and again are a threshold, or a till that behaves like a fault.',
        fr: 'Les raisons les plus récentes. Toujours les mêmes mots : un seuil, ou une caisse qui ressemble à une faute.',
      },
      sql: `select detection_algorithm, card_id, detection_timestamp, confidence_score, resolution_notes
from monitoring_events
where status = 'FALSE_POSITIVE' and detection_timestamp > now() - interval '7 days'
order by event_id desc
limit 50`,
    },
    {
      id: 'cause',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'What would end them?', fr: 'Qu’est-ce qui y mettrait fin ?' },
      text: {
        en: 'Above one in five of a detector’s alerts people begin to ignore it. Below that, leave it: a missed fault costs more.',
        fr: 'Au-delà d’une alerte sur cinq, on n’écoute plus un détecteur. En dessous, n’y touchez pas : une faute manquée coûte plus.',
      },
      choices: [
        {
          id: 'threshold',
          label: { en: 'Another threshold', fr: 'Un autre seuil' },
          tone: 'neutral',
          next: 'try-thresholds',
        },
        {
          id: 'detector',
          label: { en: 'The detector is wrong', fr: 'Le détecteur se trompe' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        {
          id: 'nothing',
          label: { en: 'Nothing: it is fine', fr: 'Rien : c’est bien ainsi' },
          tone: 'safe',
          next: 'end',
        },
      ],
    },
    {
      id: 'try-thresholds',
      kind: 'checklist',
      window: [15, 60],
      title: { en: 'Try the new threshold first', fr: 'Essayer d’abord le nouveau seuil' },
      text: {
        en: 'Settings › Detectors. Regie judges the recorded hours again and says what the new threshold would have caught and missed, in euros.',
        fr: 'Réglages › Détecteurs. Regie rejuge les heures enregistrées et dit ce que le nouveau seuil aurait trouvé et manqué, en euros.',
      },
      items: [
        {
          id: 'replayed',
          label: {
            en: 'The new threshold was tried on recorded history',
            fr: 'Le nouveau seuil a été essayé sur l’historique',
          },
        },
        {
          id: 'nothing-missed',
          label: { en: 'It would have missed no real fault', fr: 'Il n’aurait manqué aucune vraie faute' },
        },
        {
          id: 'saved',
          label: {
            en: 'It is saved, or left as it was on purpose',
            fr: 'Il est enregistré, ou laissé tel quel exprès',
          },
        },
      ],
      next: 'end',
    },
    askTechnicalLead('tell-technical-lead', [15, 60], {
      text: {
        en: 'Name the detector, its rate and two of the reasons. Which facts are missing in its alerts to tell the difference?',
        fr: 'Nommez le détecteur, son taux et deux des raisons. Quels faits manquent dans ses alertes pour distinguer ?',
      },
      message: {
        en: 'A detector of Regie raises too many false alarms. Please look at the rate and the reasons in the runbook.',
        fr: 'Un détecteur de Regie lève trop de fausses alertes. Voyez le taux et les raisons dans la procédure.',
      },
    }),
  ],
};
