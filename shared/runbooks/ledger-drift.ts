import type { Runbook } from '../domain/runbook.ts';
import { cardAgainstHistory, cardHistory, close, correct, tellTechnicalLead } from './steps.ts';

/** detectors.md, "The sweep": the running ledger against the whole log. */
export const ledgerDrift: Runbook = {
  id: 'ledger-drift',
  version: 2,
  title: { en: 'The log was changed behind us', fr: 'Le journal a été modifié après coup' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts (root cause analysis)',
  algorithms: ['ledger_drift'],
  steps: [
    cardAgainstHistory([0, 5]),
    cardHistory([0, 5], {
      en: 'A row was changed, deleted or put in after it had been read. Regie has repaired its ledger; the question is who did it.',
      fr: 'Une ligne a été changée, effacée ou ajoutée après lecture. Regie a réparé son registre ; reste à savoir qui l’a fait.',
    }),
    {
      id: 'who',
      kind: 'decision',
      window: [5, 15],
      title: { en: 'Does somebody know why?', fr: 'Quelqu’un sait-il pourquoi ?' },
      text: {
        en: 'A repair by hand in the database is allowed to nobody without a note. Ask the technical lead.',
        fr: 'Personne ne répare la base à la main sans le noter. Demandez au responsable technique.',
      },
      choices: [
        {
          id: 'card',
          label: { en: 'The card is wrong now', fr: 'La carte est fausse' },
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
      { en: 'Bring card and history together again.', fr: 'Remettez carte et historique d’accord.' },
      'tell-technical-lead',
    ),
    tellTechnicalLead(
      [5, 15],
      {
        en: 'A log that changes is no evidence any more: who has write access to it?',
        fr: 'Un journal qui change n’est plus une preuve : qui a le droit d’y écrire ?',
      },
      'close',
    ),
    close([5, 30]),
  ],
};
