import type { Language } from '../domain/language.ts';
import { cents } from '../domain/money.ts';
import type { Said, SaidValue } from '../domain/reconcile-said.ts';
import { fill } from './fill.ts';
import { moneyText } from './format.ts';
import { frenchSpaces } from './french-spaces.ts';
import { reportWords } from './report-words.ts';

/** What reconciling says of a row that does not fit: which it is, and what is wrong with it (electron/operations/corrections/invariants.ts). */
const en = {
  row_correction: 'correction {{id}} ({{kind}}, card {{card}}, {{operator}})',
  row_logged: 'row {{row}} of the log (card {{card}})',
  row_audited: 'row {{row}} of the audit trail ({{action}}, {{subject}}, {{actor}})',
  row_unknown: 'row {{row}} of the audit trail',
  row_item: 'a proposal’s item (card {{card}}, {{operator}})',
  row_command: 'command {{command}} ({{operator}})',
  row_card: 'card {{card}}',
  no_command: 'there is no such command',
  command_other: 'it is of {{command}}',
  command_outcome: 'its command is {{outcome}}',
  command_author: 'its command is {{one}}’s, not {{other}}’s',
  audit_none: 'the audit trail does not have it',
  audit_twice: 'the audit trail has it {{count}} times',
  log_gone: 'row {{row}} is gone',
  differs_audit: '{{column}} is {{value}}, on the audit trail {{right}}',
  differs_correction: '{{column}} is {{value}}, in the correction {{right}}',
  differs_applied: '{{column}} is {{value}}, applied {{right}}',
  item_state: 'its item is {{state}}',
  proposal_state: 'its proposal is {{state}}',
  figure_missing: 'a figure is missing',
  card_moved: 'the card went from {{before}} to {{after}}, by {{delta}}',
  expected_moved: 'the expected balance went from {{before}} to {{after}}, by {{delta}}',
  kind_misfit:
    'a correction “{{kind}}” of a card with {{before}} where {{expected}} are expected cannot have {{card}} for the card and {{ledger}} for the history',
  left_below: 'it left {{after}} on the card',
  approved_by_nobody: 'nobody has approved it',
  above_limit: 'nobody has approved it, and {{moved}} is above {{limit}}',
  above_card_day: 'nobody has approved it, and it makes {{sum}} on this card within a day',
  above_operator_day: 'nobody has approved it, and it makes {{sum}} by this operator within a day',
  approved_by_author: 'its author {{name}} approved it',
  no_proposal: 'there is no proposal that {{name}} could have approved',
  proposal_by_author: 'the author of its proposal, {{name}}, approved it',
  approved_by_other: '{{one}} approved its proposal, not {{other}}',
  no_approval: 'the audit trail has no approval of its proposal',
  approval_of_other: 'the approval on the audit trail is not {{name}}’s',
  undo_missing: '{{id}} should have undone it, and is not there',
  undo_unsaid: 'it was undone, and does not say so',
  no_undo: 'it is no undo, and undoes {{id}}',
  undoes_nothing: 'it undoes nothing that is there',
  undone_often: '{{id}} was undone {{count}} times',
  undoes_undo: 'it undoes {{id}}, an undo',
  undoes_other_card: 'it undoes {{id}}, of card {{card}}',
  undone_unsaid: '{{id}} does not say that this has undone it',
  undo_amounts:
    'it has {{card}} for the card and {{ledger}} for the history; {{id}} has {{otherCard}} and {{otherLedger}}',
  no_correction: 'there is no correction {{id}}',
  correction_elsewhere: 'correction {{id}} is row {{row}} already',
  correction_other_card: 'correction {{id}} is of card {{card}}',
  ledger_differs: 'its ledger says {{ledger}}, its rows in the log come to {{counted}}',
  chain_hash: 'it was changed after it was written',
  chain_previous_hash: 'it does not follow the row before it',
  chain_missing: 'it is missing',
  chain_head: 'it is not the expected last row',
  chain_witness: 'it is not the one that a laptop has seen',
  noAmount: 'no amount',
  nothing: 'nothing',
  quoted: '“{{text}}”',
  column_card: 'the card',
  column_kind: 'the kind',
  column_type: 'the type',
  column_status: 'the status',
  column_operation_id: 'the command',
  column_transaction_id: 'the transaction',
  column_amount: 'the amount',
  column_before: 'the balance before',
  column_after: 'the balance after',
  column_card_delta: 'the amount on the card',
  column_ledger_delta: 'the amount in the history',
  column_card_before: 'the card’s balance before',
  column_card_after: 'the card’s balance after',
  column_expected_before: 'the expected balance before',
  column_expected_after: 'the expected balance after',
  column_operator: 'the author',
  column_approver: 'the approver',
  column_reason: 'the reason',
  column_original_transaction: 'the original transaction',
  column_undoes: 'what it undoes',
  column_log_id: 'the row of the log',
};

const fr: Record<keyof typeof en, string> = {
  row_correction: 'correction {{id}} ({{kind}}, carte {{card}}, {{operator}})',
  row_logged: 'ligne {{row}} du journal (carte {{card}})',
  row_audited: 'ligne {{row}} de la piste d’audit ({{action}}, {{subject}}, {{actor}})',
  row_unknown: 'ligne {{row}} de la piste d’audit',
  row_item: 'un élément d’une proposition (carte {{card}}, {{operator}})',
  row_command: 'commande {{command}} ({{operator}})',
  row_card: 'carte {{card}}',
  no_command: 'aucune commande ne lui correspond',
  command_other: 'sa commande est {{command}}',
  command_outcome: 'l’issue de sa commande est : {{outcome}}',
  command_author: 'sa commande est de {{one}}, et non de {{other}}',
  audit_none: 'elle ne figure pas dans la piste d’audit',
  audit_twice: 'elle figure {{count}} fois dans la piste d’audit',
  log_gone: 'la ligne {{row}} a disparu',
  differs_audit: '{{column}} : {{value}} ; dans la piste d’audit : {{right}}',
  differs_correction: '{{column}} : {{value}} ; dans la correction : {{right}}',
  differs_applied: '{{column}} : {{value}} ; appliqué : {{right}}',
  item_state: 'l’état de son élément est : {{state}}',
  proposal_state: 'l’état de sa proposition est : {{state}}',
  figure_missing: 'il manque un montant',
  card_moved: 'la carte est passée de {{before}} à {{after}}, pour une correction de {{delta}}',
  expected_moved: 'le solde attendu est passé de {{before}} à {{after}}, pour une correction de {{delta}}',
  kind_misfit:
    'une correction « {{kind}} » d’une carte qui a {{before}} au lieu de {{expected}} ne peut pas mettre {{card}} sur la carte et {{ledger}} dans l’historique',
  left_below: 'elle a laissé {{after}} sur la carte',
  approved_by_nobody: 'personne ne l’a approuvée',
  above_limit: 'personne ne l’a approuvée, et {{moved}} dépasse {{limit}}',
  above_card_day: 'personne ne l’a approuvée, et cela fait {{sum}} sur cette carte en une journée',
  above_operator_day: 'personne ne l’a approuvée, et cela fait {{sum}} par cette personne en une journée',
  approved_by_author: 'son auteur, {{name}}, l’a approuvée',
  no_proposal: 'il n’y a aucune proposition que {{name}} aurait pu approuver',
  proposal_by_author: 'l’auteur de sa proposition, {{name}}, l’a approuvée',
  approved_by_other: 'sa proposition a été approuvée par {{one}}, et non par {{other}}',
  no_approval: 'la piste d’audit ne contient aucune approbation de sa proposition',
  approval_of_other: 'l’approbation dans la piste d’audit n’est pas de {{name}}',
  undo_missing: '{{id}} devrait l’avoir annulée, et n’existe pas',
  undo_unsaid: 'elle a été annulée, et ne le dit pas',
  no_undo: 'ce n’est pas une annulation, et elle annule {{id}}',
  undoes_nothing: 'elle n’annule rien qui existe',
  undone_often: '{{id}} a été annulée {{count}} fois',
  undoes_undo: 'elle annule {{id}}, qui est une annulation',
  undoes_other_card: 'elle annule {{id}}, de la carte {{card}}',
  undone_unsaid: '{{id}} ne dit pas que celle-ci l’a annulée',
  undo_amounts:
    'elle met {{card}} sur la carte et {{ledger}} dans l’historique ; {{id}} y a mis {{otherCard}} et {{otherLedger}}',
  no_correction: 'il n’y a pas de correction {{id}}',
  correction_elsewhere: 'la correction {{id}} est déjà la ligne {{row}}',
  correction_other_card: 'la correction {{id}} est de la carte {{card}}',
  ledger_differs: 'son solde calculé est de {{ledger}}, ses lignes dans le journal font {{counted}}',
  chain_hash: 'elle a été modifiée après avoir été écrite',
  chain_previous_hash: 'elle ne suit pas la ligne qui la précède',
  chain_missing: 'elle manque',
  chain_head: 'ce n’est pas la dernière ligne attendue',
  chain_witness: 'ce n’est pas celle qu’un poste a vue',
  noAmount: 'aucun montant',
  nothing: 'rien',
  quoted: '« {{text}} »',
  column_card: 'carte',
  column_kind: 'type',
  column_type: 'type de transaction',
  column_status: 'statut',
  column_operation_id: 'commande',
  column_transaction_id: 'transaction',
  column_amount: 'montant',
  column_before: 'solde avant',
  column_after: 'solde après',
  column_card_delta: 'montant sur la carte',
  column_ledger_delta: 'montant dans l’historique',
  column_card_before: 'solde de la carte avant',
  column_card_after: 'solde de la carte après',
  column_expected_before: 'solde attendu avant',
  column_expected_after: 'solde attendu après',
  column_operator: 'auteur',
  column_approver: 'approbateur',
  column_reason: 'motif',
  column_original_transaction: 'transaction d’origine',
  column_undoes: 'ce qu’elle annule',
  column_log_id: 'ligne du journal',
};

export const reconcileTexts = { en, fr };

const textOf = (texts: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
  return typeof text === 'string' ? text : undefined;
};

const valueText = (value: SaidValue, language: Language): string | number => {
  const texts = reconcileTexts[language];
  if (typeof value !== 'object') return value;
  if ('cents' in value) return value.cents === null ? texts.noAmount : moneyText(cents(value.cents), language);
  if ('kind' in value) return value.kind === null ? texts.nothing : kindText(value.kind, language);
  if ('column' in value) return textOf(texts, `column_${value.column}`) ?? value.column;
  return value.text === null ? texts.nothing : fill(texts.quoted, { text: value.text });
};
const kindText = (kind: string, language: Language): string => textOf(reportWords[language], `kind_${kind}`) ?? kind;

/** The words of what reconciling says of a row; what is not known by its code, as the code. */
export const saidText = (said: readonly Said[], language: Language): string => {
  const sentences = said.map(({ code, params }) =>
    fill(
      textOf(reconcileTexts[language], code) ?? code,
      Object.fromEntries(Object.entries(params).map(([name, value]) => [name, valueText(value, language)])),
    ),
  );
  const text = sentences.join(language === 'fr' ? ' ; ' : '; ');
  return language === 'fr' ? frenchSpaces(text) : text;
};
