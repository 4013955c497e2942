import type { Runbook } from '../domain/runbook.ts';
import { cardAgainstHistory, cardHistory, close, correct, tellTechnicalLead } from './steps.ts';

/** The hourly check of the running ledger against the whole log found rows that were changed after they were read. */
export const ledgerDrift: Runbook = {
  id: 'ledger-drift',
  version: 2,
  title: { en: 'Older log rows were changed', fr: 'Le journal a été modifié après coup' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts (root cause analysis)',
  algorithms: ['ledger_drift'],
  steps: [
    cardAgainstHistory([0, 5]),
    cardHistory([0, 5], {
      en: 'A row was changed, deleted or inserted after it had been read. Regie has repaired its ledger; find out who did it.',
      fr: 'Une ligne a été changée, effacée ou ajoutée après lecture. Regie a réparé son registre ; reste à savoir qui l’a fait.',
    }),
    {
      id: 'who',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'Does anyone know why?', fr: 'Quelqu’un sait-il pourquoi ?' },
      text: {
        en: 'Nobody may repair the database manually without documenting it. Ask the technical lead.',
        fr: 'Personne ne doit réparer la base manuellement sans le consigner. Demandez au responsable technique.',
      },
      choices: [
        {
          id: 'card',
          label: { en: 'The card is wrong now', fr: 'La carte est inexacte' },
          tone: 'danger',
          next: 'correct',
        },
        {
          id: 'nobody',
          label: { en: 'Nobody knows', fr: 'Personne ne sait' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        { id: 'known', label: { en: 'Yes, it was us', fr: 'Oui, c’était nous' }, tone: 'safe', next: 'close' },
      ],
    },
    correct(
      [5, 15],
      {
        en: 'Make the card match its history again.',
        fr: 'Faites de nouveau correspondre la carte et son historique.',
      },
      'tell-technical-lead',
    ),
    tellTechnicalLead(
      [5, 15],
      {
        en: 'A log that can be changed is not reliable evidence: who has write access?',
        fr: 'Un journal qui change n’est plus une preuve : qui a le droit d’y écrire ?',
      },
      'close',
    ),
    close([5, 30]),
  ],
};
