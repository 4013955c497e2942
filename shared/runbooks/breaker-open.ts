import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, blocking, lastCycles, watchIt } from './festival-steps.ts';

/** Detection has stopped after five failed cycles. */
export const breakerOpen: Runbook = {
  id: 'breaker-open',
  version: 2,
  title: { en: 'The circuit breaker is open', fr: 'Le disjoncteur est ouvert' },
  source: 'Common Issues and Resolutions > Circuit Breaker Activation',
  algorithms: ['breaker_open'],
  steps: [
    {
      id: 'errors',
      kind: 'query',
      window: [0, 2],
      title: { en: 'Which errors made cycles fail?', fr: 'Quelles erreurs ont fait échouer les cycles ?' },
      text: {
        en: 'Five failures in a row open the breaker. The messages come from the database.',
        fr: 'Cinq échecs de suite ouvrent le disjoncteur. Les messages viennent de la base.',
      },
      sql: `select started_at, kind, laptop, error
from console.cycles
where error is not null and started_at > now() - interval '24 hours'
order by cycle_id desc
limit 20`,
    },
    blocking([2, 5]),
    {
      id: 'cause',
      kind: 'decision',
      window: [2, 5],
      title: { en: 'Is the cause known and fixed?', fr: 'La cause est-elle connue et corrigée ?' },
      text: {
        en: 'If reset before that, it opens again. It also retries automatically, less and less often.',
        fr: 'Réarmé avant cela, il s’ouvre de nouveau. Il réessaie aussi automatiquement, de moins en moins souvent.',
      },
      choices: [
        { id: 'gone', label: { en: 'Yes: reset it', fr: 'Oui : réarmer' }, tone: 'safe', next: 'reset' },
        {
          id: 'unknown',
          label: { en: 'No: help is needed', fr: 'Non : il faut de l’aide' },
          tone: 'danger',
          next: 'escalate',
        },
      ],
    },
    {
      id: 'escalate',
      kind: 'escalate',
      severity: 'HIGH',
      window: [5, 10],
      title: { en: 'Escalate now', fr: 'Escalader maintenant' },
      text: {
        en: 'Nothing is detected while the breaker is open.',
        fr: 'Rien n’est détecté tant que le disjoncteur est ouvert.',
      },
      message: {
        en: 'Regie’s circuit breaker is open: nothing is detected. Please find out why its cycles fail.',
        fr: 'Le disjoncteur de Regie est ouvert : rien n’est détecté. Cherchez pourquoi ses cycles échouent.',
      },
    },
    askTechnicalLead('tell-technical-lead', [5, 15], {
      text: {
        en: 'Read the latest error to the technical lead. Continue once its cause is fixed.',
        fr: 'Lisez l’erreur la plus récente au responsable technique. Continuez une fois la cause corrigée.',
      },
      message: {
        en: 'The engine’s latest error is in the runbook “The circuit breaker is open” in Regie.',
        fr: 'L’erreur la plus récente du moteur est dans la procédure « Le disjoncteur est ouvert » de Regie.',
      },
    }),
    {
      id: 'reset',
      kind: 'action',
      action: 'reset_breaker',
      window: [5, 20],
      title: { en: 'Reset the breaker', fr: 'Réarmer le disjoncteur' },
      text: {
        en: 'It applies to the laptop that runs the engine, wherever you are.',
        fr: 'Cela s’applique au poste qui exécute le moteur, où que vous soyez.',
      },
    },
    {
      id: 'force',
      kind: 'action',
      action: 'run_cycle',
      window: [5, 20],
      title: { en: 'Force a detection cycle', fr: 'Forcer un cycle de détection' },
      text: {
        en: 'What happened in the meantime is detected now, with its actual time.',
        fr: 'Ce qui s’est passé entre-temps est détecté maintenant, à son heure réelle.',
      },
    },
    lastCycles('after', [5, 30], {
      en: 'The latest cycles have no errors.',
      fr: 'Les derniers cycles n’ont plus d’erreur.',
    }),
    watchIt(
      [15, 30],
      [
        {
          id: 'closed',
          label: {
            en: 'The Health screen has shown “closed” for ten minutes',
            fr: 'L’écran Santé affiche « fermé » depuis dix minutes',
          },
        },
      ],
    ),
  ],
};
