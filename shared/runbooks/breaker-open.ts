import type { Runbook } from '../domain/runbook.ts';
import { askTechnicalLead, blocking, lastCycles, watchIt } from './festival-steps.ts';

/** Guide, "Issue: Circuit Breaker Activation". */
export const breakerOpen: Runbook = {
  id: 'breaker-open',
  version: 1,
  title: { en: 'The circuit breaker is open', fr: 'Le disjoncteur est ouvert' },
  source: 'Common Issues and Resolutions > Circuit Breaker Activation',
  algorithms: [],
  steps: [
    {
      id: 'errors',
      kind: 'query',
      window: [0, 2],
      title: { en: 'With which errors did cycles fail?', fr: 'Avec quelles erreurs les cycles échouent-ils ?' },
      text: {
        en: 'Five failures in a row open the breaker. The words are the database’s own.',
        fr: 'Cinq échecs de suite ouvrent le disjoncteur. Les mots sont ceux de la base.',
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
      title: { en: 'Is the cause known and gone?', fr: 'La cause est-elle connue et écartée ?' },
      text: {
        en: 'A breaker that is reset before that opens again. It tries by itself as well, more and more rarely.',
        fr: 'Réarmé avant cela, il s’ouvre de nouveau. Il réessaie aussi seul, de plus en plus rarement.',
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
        en: 'The breaker of Regie is open: nothing is detected. Please find out why its cycles fail.',
        fr: 'Le disjoncteur de Regie est ouvert : rien n’est détecté. Cherchez pourquoi ses cycles échouent.',
      },
    },
    askTechnicalLead('tell-technical-lead', [5, 15], {
      text: {
        en: 'Read the newest error to the technical lead. Go on when its cause is mended.',
        fr: 'Lisez l’erreur la plus récente au responsable technique. Continuez quand sa cause est réparée.',
      },
      message: {
        en: 'The newest error of the engine is in the runbook “The circuit breaker is open” in Regie.',
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
        en: 'On the laptop that runs the engine, wherever you sit.',
        fr: 'Sur le poste qui fait tourner le moteur, où que vous soyez.',
      },
    },
    {
      id: 'force',
      kind: 'action',
      action: 'run_cycle',
      window: [5, 20],
      title: { en: 'Force a detection cycle', fr: 'Forcer un cycle de détection' },
      text: {
        en: 'What happened meanwhile is found now, with its true time.',
        fr: 'Ce qui s’est passé entre-temps est trouvé maintenant, à son heure vraie.',
      },
    },
    lastCycles('after', [5, 30], {
      en: 'The newest cycles have no error any more.',
      fr: 'Les cycles les plus récents n’ont plus d’erreur.',
    }),
    watchIt(
      [15, 30],
      [
        {
          id: 'closed',
          label: {
            en: 'The Health screen has shown “closed” for ten minutes',
            fr: 'L’écran Santé montre « fermé » depuis dix minutes',
          },
        },
      ],
    ),
  ],
};
