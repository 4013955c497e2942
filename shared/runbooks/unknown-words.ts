import type { Runbook } from '../domain/runbook.ts';
import { close, falseAlarm, tellTechnicalLead } from './steps.ts';

/** Types and statuses of the log that nobody has explained, and known ones that are written otherwise. */
export const unknownWords: Runbook = {
  id: 'unknown-words',
  version: 1,
  title: { en: 'Unknown type or status', fr: 'Type ou statut inconnu' },
  source: 'Alert Interpretation and Response Procedures > Balance Discrepancy Alerts (root cause analysis)',
  algorithms: ['unknown_transaction_type', 'unknown_transaction_status', 'word_spelling'],
  steps: [
    {
      id: 'rows',
      kind: 'query',
      window: [0, 15],
      title: { en: 'Its rows', fr: 'Ses lignes' },
      text: {
        en: 'The latest rows with this word, and who wrote them.',
        fr: 'Les lignes les plus récentes qui contiennent ce mot, et qui les a écrites.',
      },
      sql: `select log_id, timestamp, card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
  details ->> 'point_of_sale' as point_of_sale
from app_transaction_log
where log_id >= (
  select min(log_id) from (select log_id from app_transaction_log order by log_id desc limit 20000) as newest)
  and (console.word_key(transaction_type::text) = :transaction_type or console.word_key(status::text) = :transaction_status)
order by log_id desc
limit 20`,
    },
    {
      id: 'effect',
      kind: 'query',
      window: [0, 15],
      title: { en: 'What it does to cards', fr: 'Ce qu’il fait aux cartes' },
      text: {
        en: 'In how many of these rows the balance went up, went down or stayed. That is what the word means.',
        fr: 'Dans combien de ces lignes le solde a augmenté, baissé ou n’a pas bougé. C’est là le sens du mot.',
      },
      sql: `select count(*) as rows, count(*) filter (where new_balance > previous_balance) as went_up,
  count(*) filter (where new_balance < previous_balance) as went_down,
  count(*) filter (where new_balance = previous_balance) as stayed, sum(amount_involved) as amount
from app_transaction_log
where log_id >= (
  select min(log_id) from (select log_id from app_transaction_log order by log_id desc limit 20000) as newest)
  and (console.word_key(transaction_type::text) = :transaction_type or console.word_key(status::text) = :transaction_status)`,
    },
    {
      id: 'known',
      kind: 'decision',
      window: [5, 60],
      title: { en: 'Is it expected?', fr: 'Est-ce attendu ?' },
      text: {
        en: 'Such rows are ignored in the expected balance until somebody says what the word means. If they move money, each of their cards looks wrong; those that the word explains are part of this alert.',
        fr: 'Ces lignes sont ignorées dans le solde attendu tant que personne n’indique le sens du mot. Si elles déplacent de l’argent, chacune de leurs cartes semble inexacte ; celles que le mot explique font partie de cette alerte.',
      },
      choices: [
        {
          id: 'own',
          label: { en: 'Yes: payouts, tips, vouchers …', fr: 'Oui : remboursements, pourboires, bons …' },
          tone: 'safe',
          next: 'explain',
        },
        {
          id: 'no',
          label: { en: 'No, or I don’t know', fr: 'Non, ou je ne sais pas' },
          tone: 'danger',
          next: 'tell-technical-lead',
        },
        {
          id: 'yes',
          label: { en: 'A test, or a known spelling', fr: 'Un test, ou une graphie connue' },
          tone: 'neutral',
          next: 'false-alarm',
        },
      ],
    },
    {
      id: 'explain',
      kind: 'instruction',
      window: [5, 60],
      title: { en: 'Say what the word means', fr: 'Indiquer le sens du mot' },
      text: {
        en: 'On the alert, a supervisor chooses what the word means, tries it on the log, and saves. The expected balances follow within a few minutes; this alert and the mismatches that it explains close automatically.',
        fr: 'Sur l’alerte, un superviseur choisit le sens du mot, l’essaie sur le journal, puis l’enregistre. Les soldes attendus suivent en quelques minutes ; cette alerte et les écarts qu’elle explique se ferment automatiquement.',
      },
      next: 'end',
    },
    tellTechnicalLead(
      [5, 60],
      {
        en: 'Read the word and its till to the technical lead: something is writing rows that nobody announced.',
        fr: 'Lisez le mot et sa caisse au responsable technique : quelque chose écrit des lignes que personne n’a annoncées.',
      },
      'close',
    ),
    falseAlarm([5, 60]),
    close([5, 60]),
  ],
};
