import type { RunbookStep } from '../domain/runbook.ts';

type Step<Kind extends RunbookStep['kind']> = Extract<RunbookStep, { kind: Kind }>;
type Window = RunbookStep['window'];

/*
 * Steps that several runbooks of the guide share. Queries about times begin with the newest rows by primary key: the
 * festival’s tables have no index on their times, and none is ours to make.
 */

/** The card against its history. */
export const cardAgainstHistory = (window: Window): Step<'query'> => ({
  id: 'card-against-history',
  kind: 'query',
  window,
  title: { en: 'The card against its history', fr: 'La carte comparée à son historique' },
  text: {
    en: 'The card’s balance, and the balance its completed transactions add up to.',
    fr: 'Le solde de la carte, et celui qui résulte de ses transactions abouties.',
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
  title: { en: 'Full history of this card', fr: 'Historique complet de cette carte' },
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

/**
 * Tells the visitor where much money is involved, on the way on which money was corrected. The correction has
 * closed the alert; the message is what is said to the visitor.
 */
export const tellVisitor = (
  window: Window,
  text: Step<'notify'>['text'],
  message: Step<'notify'>['message'],
): Step<'notify'> => ({
  id: 'tell-visitor',
  kind: 'notify',
  to: 'visitor',
  window,
  title: { en: 'Inform the visitor', fr: 'Informer le visiteur' },
  text,
  message,
  next: 'recurrence',
});

/** Whether what somebody found is known to them: then it is a false alarm, else the technical lead is told. */
export const isItExpected = (window: Window, text: Step<'decision'>['text']): Step<'decision'> => ({
  id: 'known',
  kind: 'decision',
  window,
  title: { en: 'Is it expected?', fr: 'Est-ce attendu ?' },
  text,
  choices: [
    {
      id: 'no',
      label: { en: 'No, or I don’t know', fr: 'Non, ou je ne sais pas' },
      tone: 'danger',
      next: 'tell-technical-lead',
    },
    {
      id: 'yes',
      label: { en: 'Yes: a test, a known case', fr: 'Oui : un test, un cas connu' },
      tone: 'safe',
      next: 'false-alarm',
    },
  ],
});

/** Tells the technical team when the pattern points to a broader issue. */
export const tellTechnicalLead = (window: Window, text: Step<'notify'>['text'], next: string): Step<'notify'> => ({
  id: 'tell-technical-lead',
  kind: 'notify',
  to: { contact: 'technical-lead' },
  window,
  title: { en: 'Notify the technical lead', fr: 'Prévenir le responsable technique' },
  text,
  message: {
    en: 'The control booth needs you: this affects more than one card. Details are on the alert in Regie.',
    fr: 'La régie a besoin de vous : le problème dépasse une seule carte. Les détails sont dans l’alerte, dans Regie.',
  },
  next,
});

/** Stakeholders are notified of what costs many people money or time. */
export const escalateNow = (window: Window, message: Step<'escalate'>['message'], next?: string): Step<'escalate'> => ({
  id: 'escalate',
  kind: 'escalate',
  window,
  title: { en: 'Escalate now', fr: 'Escalader maintenant' },
  text: {
    en: 'The next escalation level is notified immediately, without waiting for its delay.',
    fr: 'Le niveau d’escalade suivant est prévenu tout de suite, sans attendre son délai.',
  },
  message,
  ...(next === undefined ? {} : { next }),
});

/** Whether it happens again. */
export const watchForRecurrence = (window: Window, place?: Step<'checklist'>['items'][number]): Step<'checklist'> => ({
  id: 'recurrence',
  kind: 'checklist',
  window,
  title: { en: 'Watch for a second case', fr: 'Surveiller un second cas' },
  text: {
    en: 'A second case at the same place is not a coincidence: involve the technical lead.',
    fr: 'Un second cas au même endroit n’est pas un hasard : prévenez le responsable technique.',
  },
  items: [
    {
      id: 'board',
      label: {
        en: 'The board shows no second alert of this type at the same place',
        fr: 'Le tableau ne montre pas de seconde alerte de ce type au même endroit',
      },
    },
    ...(place === undefined ? [] : [place]),
  ],
  next: 'end',
});

export const close = (window: Window, text?: Step<'action'>['text']): Step<'action'> => ({
  id: 'close',
  kind: 'action',
  action: 'resolve',
  window,
  title: { en: 'Close with your finding', fr: 'Clôturer avec votre constat' },
  text: text ?? {
    en: 'Write down what you found and what was done, for someone who was not here.',
    fr: 'Écrivez ce que vous avez constaté et ce qui a été fait, pour quelqu’un qui n’était pas là.',
  },
  next: 'end',
});

export const falseAlarm = (window: Window, text?: Step<'action'>['text']): Step<'action'> => ({
  id: 'false-alarm',
  kind: 'action',
  action: 'false_positive',
  window,
  title: { en: 'Mark as false positive', fr: 'Marquer comme faux positif' },
  text: text ?? {
    en: 'Explain why nothing is wrong. It counts towards the detector’s false-positive rate, and the same facts do not alert again.',
    fr: 'Expliquez pourquoi tout est normal. Cela compte dans le taux de faux positifs du détecteur, et les mêmes faits ne déclenchent plus d’alerte.',
  },
  next: 'end',
});
