import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead } from './festival-steps.ts';

/** A detector that is often wrong. */
export const falsePositives: Runbook = {
  id: 'false-positives',
  version: 1,
  title: { en: 'Too many false positives', fr: 'Trop de faux positifs' },
  source: 'Common Issues and Resolutions > High False Positive Rate',
  algorithms: [],
  steps: [
    {
      id: 'patterns',
      kind: 'query',
      window: [0, 5],
      title: { en: 'Which detectors raise them?', fr: 'Quels détecteurs en sont à l’origine ?' },
      text: {
        en: 'Share of the last seven days’ alerts that were marked as false positives, by detector.',
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
      title: { en: 'Which reasons were given?', fr: 'Quels motifs ont été donnés ?' },
      text: {
        en: 'The latest reasons. If the same one keeps recurring, suspect a threshold, or a till whose normal behaviour looks like a fault.',
        fr: 'Les motifs les plus récents. Si le même revient sans cesse : un seuil, ou une caisse dont le fonctionnement normal ressemble à une anomalie.',
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
      title: { en: 'What would fix it?', fr: 'Comment y remédier ?' },
      text: {
        en: 'Above one in five, people start to ignore a detector. Below that, leave it: a missed fault costs more.',
        fr: 'Au-delà d’une alerte sur cinq, on n’écoute plus un détecteur. En dessous, n’y touchez pas : une anomalie manquée coûte plus cher.',
      },
      choices: [
        {
          id: 'threshold',
          label: { en: 'A different threshold', fr: 'Un autre seuil' },
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
          label: { en: 'Nothing: it is fine', fr: 'Rien : tout va bien' },
          tone: 'safe',
          next: 'end',
        },
      ],
    },
    {
      id: 'try-thresholds',
      kind: 'checklist',
      window: [15, 60],
      title: { en: 'Backtest the new threshold first', fr: 'Essayer d’abord le nouveau seuil' },
      text: {
        en: 'Settings › Detectors. Regie evaluates the recorded hours again and shows what the new threshold would have caught and missed, in euros.',
        fr: 'Réglages › Détecteurs. Regie réévalue les heures enregistrées et montre ce que le nouveau seuil aurait trouvé et manqué, en euros.',
      },
      items: [
        {
          id: 'replayed',
          label: {
            en: 'The new threshold was backtested on recorded history',
            fr: 'Le nouveau seuil a été essayé sur l’historique',
          },
        },
        {
          id: 'nothing-missed',
          label: { en: 'It would not have missed a real fault', fr: 'Il n’aurait manqué aucune vraie anomalie' },
        },
        {
          id: 'saved',
          label: {
            en: 'It is applied, or deliberately left unchanged',
            fr: 'Il est appliqué, ou volontairement laissé tel quel',
          },
        },
      ],
      next: 'end',
    },
    askTechnicalLead('tell-technical-lead', [15, 60], {
      text: {
        en: 'Name the detector, its rate and two of the reasons. Which facts are missing from its alerts to tell the difference?',
        fr: 'Nommez le détecteur, son taux et deux des motifs. Quels faits manquent dans ses alertes pour faire la différence ?',
      },
      message: {
        en: 'One of Regie’s detectors raises too many false positives. Please check the rate and the reasons in the runbook.',
        fr: 'Un détecteur de Regie produit trop de faux positifs. Voyez le taux et les motifs dans la procédure.',
      },
    }),
  ],
};
