import type { RunbookStep } from './schema.ts';

type Step<Kind extends RunbookStep['kind']> = Extract<RunbookStep, { kind: Kind }>;
type Window = RunbookStep['window'];

/*
 * Steps that several runbooks of the guide share. Queries about times begin with the newest rows by primary key: the
 * festival’s tables have no index on their times, and none is ours to make.
 */

/** Guide, "Balance Discrepancy Alerts", step 1. */
export const cardAgainstHistory = (window: Window): Step<'query'> => ({
  id: 'card-against-history',
  kind: 'query',
  window,
  title: { en: 'The card against its history', fr: 'La carte face à son historique' },
  text: {
    en: 'What the card holds, and what its completed transactions say that it should hold.',
    fr: 'Ce que la carte contient, et ce qu’elle devrait contenir d’après ses transactions abouties.',
  },
  sql: `select c.amount as actual_balance, console.expected_balance(c.id) as expected_balance,
  c.amount - console.expected_balance(c.id) as discrepancy
from table_cards c
where c.id = :card_id`,
});

export const cardHistory = (window: Window, text: Step<'query'>['text']): Step<'query'> => ({
  id: 'history',
  kind: 'query',
  window,
  title: { en: 'Everything that happened on this card', fr: 'Tout ce qui s’est passé sur cette carte' },
  text,
  sql: `select log_id, timestamp, transaction_type, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale, details ->> 'error' as error
from app_transaction_log
where card_id = :card_id
order by log_id desc
limit 50`,
});

export const correct = (window: Window, text: Step<'action'>['text'], next?: string): Step<'action'> => ({
  id: 'correct',
  kind: 'action',
  action: 'correct',
  window,
  title: { en: 'Correct the card', fr: 'Corriger la carte' },
  text,
  ...(next === undefined ? {} : { next }),
});

/** The last step of the way on which money was corrected: the correction has closed the alert. */
export const tellVisitor = (window: Window, text: Step<'instruction'>['text']): Step<'instruction'> => ({
  id: 'tell-visitor',
  kind: 'instruction',
  window,
  title: { en: 'Tell the visitor', fr: 'Prévenir le visiteur' },
  text,
  next: 'end',
});

/** Guide, "If pattern indicates broader issue: Escalate to technical team". */
export const tellTechnicalLead = (
  window: Window,
  text: Step<'instruction'>['text'],
  next: string,
): Step<'instruction'> => ({
  id: 'tell-technical-lead',
  kind: 'instruction',
  window,
  title: { en: 'Call the technical lead', fr: 'Appeler le responsable technique' },
  text,
  next,
});

export const close = (window: Window, text?: Step<'action'>['text']): Step<'action'> => ({
  id: 'close',
  kind: 'action',
  action: 'resolve',
  window,
  title: { en: 'Close with your finding', fr: 'Clore avec votre constat' },
  text: text ?? {
    en: 'Write down what you found and what was done. Whoever reads this next week was not here.',
    fr: 'Écrivez ce que vous avez trouvé et ce qui a été fait. Celui qui lira ceci la semaine prochaine n’était pas là.',
  },
  next: 'end',
});

export const falseAlarm = (window: Window, text?: Step<'action'>['text']): Step<'action'> => ({
  id: 'false-alarm',
  kind: 'action',
  action: 'false_positive',
  window,
  title: { en: 'Mark it as a false alarm', fr: 'La marquer comme fausse alerte' },
  text: text ?? {
    en: 'Say why nothing is wrong. The reason counts in the detector’s false-positive rate, and the same facts do not come back.',
    fr: 'Dites pourquoi rien n’est faux. La raison compte dans le taux de fausses alertes du détecteur, et les mêmes faits ne reviennent pas.',
  },
  next: 'end',
});
