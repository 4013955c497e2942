import type { AuditVerdict } from '../../../shared/contract/audit.ts';
import type { Opens } from '../../../shared/contract/register.ts';
import type { Said, SaidValue } from '../../../shared/domain/reconcile-said.ts';
import type { reconcileTexts } from '../../../shared/i18n/reconcile.ts';
import type { AuditRow, CorrectionRow, Figures, LedgerRow, LoggedRow, LostRow } from './reconcile-rows.ts';

const INVARIANT_IDS = [
  'has_command',
  'has_audit_row',
  'has_log_row',
  'applied_once',
  'not_edited',
  'log_not_edited',
  'deltas_agree',
  'approved',
  'as_proposed',
  'undone_exactly',
  'has_correction',
  'receipt_refers',
  'ledger_agrees',
  'audit_unbroken',
] as const;
export type InvariantId = (typeof INVARIANT_IDS)[number];

/** What holds for money (docs/money.md, "Reconciling"), each as a sentence that is true where it holds. */
export const INVARIANTS: Readonly<Record<InvariantId, string>> = {
  has_command: 'Each correction was ordered by a command that was applied, in its author’s name.',
  has_audit_row: 'Each correction is on the audit trail.',
  has_log_row: 'Each correction is in the transaction log.',
  applied_once: 'No correction is in the log or on the audit trail twice.',
  not_edited: 'Each correction says what the audit trail says of it.',
  log_not_edited: 'Each correction’s row of the log says what the correction did.',
  deltas_agree: 'The two deltas of a correction agree with its kind and with the balances before and after it.',
  approved: 'What is above a limit was approved by a second person, and nothing is approved by its author.',
  as_proposed: 'What was approved was applied as it was proposed.',
  undone_exactly: 'An undo takes back one correction of the same card, exactly and once.',
  has_correction: 'Whatever says that a correction was applied names one that is there.',
  receipt_refers: 'Each receipt is of a correction that is there, and of its card.',
  ledger_agrees: 'The ledger of each corrected card says what its rows in the log come to.',
  audit_unbroken: 'The audit trail is one unbroken chain.',
};

/** A row that breaks an invariant: which it is, and what is wrong with it. */
export type Broken = {
  readonly invariant: InvariantId;
  readonly row: Said;
  readonly why: readonly Said[];
  /** Where it is looked at. */
  readonly opens?: Opens;
};

type Rule<Row> = (row: Row) => Why;
/** Null: nothing is wrong. */
type Why = Said | readonly Said[] | null;

const said = (code: keyof typeof reconcileTexts.en, params: Said['params'] = {}): Said => ({ code, params });

/** The rules of one correction. What the audit trail says of it counts, where it says one thing. */
const correctionRules: Partial<Record<InvariantId, Rule<CorrectionRow>>> = {
  has_command: ({ command, own }) => {
    if (command === null) return said('no_command');
    if (command.name !== 'correction.apply' && command.name !== 'correction.item')
      return said('command_other', { command: command.name });
    if (command.outcome !== 'applied') return said('command_outcome', { outcome: text(command.outcome) });
    return same(command.operator, own.operator)
      ? null
      : said('command_author', { one: name(command.operator), other: name(own.operator) });
  },
  has_audit_row: ({ audits }) => (audits === 0 ? said('audit_none') : null),
  has_log_row: ({ logged, carried, own }) =>
    logged === null && !carried ? said('log_gone', { row: name(own.log_id) }) : null,
  applied_once: ({ audits }) => (audits > 1 ? said('audit_twice', { count: audits }) : null),
  not_edited: ({ own, audited, audits }) =>
    audited === null || audits > 1 ? null : differences(own, audited, 'audit'),
  log_not_edited: (row) => (row.logged === null ? null : differences(row.logged, inTheLog(row), 'correction')),
  deltas_agree: (row) => deltaProblem(figuresOf(row)),
  approved: (row) => (figuresOf(row).approver === null ? limitProblem(row) : approvalProblem(row)),
  as_proposed: (row) => {
    if (row.proposed === null) return null;
    const { card, kind, card_delta, ledger_delta, undoes, operator, reason, original_transaction } = row.proposed;
    const { item_state, state } = row.proposed;
    if (item_state !== 'applied') return said('item_state', { state: name(item_state) });
    if (state === null || !['approved', 'done', 'cancelled'].includes(state))
      return said('proposal_state', { state: name(state) });
    const figures = figuresOf(row);
    // A transaction may be proposed by another of its names than the one it is kept under.
    const original = original_transaction === null ? null : figures.original_transaction;
    return differences(
      { card, kind, card_delta, ledger_delta, undoes, operator, reason, original_transaction: original },
      figures,
      'applied',
    );
  },
  undone_exactly: (row) => undoProblem(row),
};

/** What one correction breaks. */
export const brokenByCorrection = (row: CorrectionRow): Broken[] =>
  INVARIANT_IDS.flatMap((invariant) => {
    const why = correctionRules[invariant]?.(row) ?? null;
    return why === null ? [] : [{ invariant, row: correctionName(row), why: [why].flat(), opens: ofCorrection(row) }];
  });

const ofCorrection = ({ operation_id: id }: { readonly operation_id: string }): Opens => ({ kind: 'correction', id });

const correctionName = ({ operation_id: id, own: { card, kind, operator } }: CorrectionRow): Said =>
  said('row_correction', { id, kind: { kind }, card: name(card), operator: name(operator) });

const figuresOf = ({ own, audited, audits }: CorrectionRow): Figures =>
  audited !== null && audits === 1 ? audited : own;

const inTheLog = (row: CorrectionRow): NonNullable<CorrectionRow['logged']> => {
  const { card, kind, card_delta, ledger_delta, card_before, card_after, operator, approver, reason } = figuresOf(row);
  const { original_transaction, undoes, transaction_id } = figuresOf(row);
  return {
    ...{
      card,
      kind,
      card_delta,
      ledger_delta,
      operator,
      approver,
      reason,
      original_transaction,
      undoes,
      transaction_id,
    },
    ...{ type: 'manual_correction', status: 'completed', operation_id: row.operation_id },
    amount: Math.abs((card_delta === 0 ? ledger_delta : card_delta) ?? Number.NaN),
    before: card_before,
    after: card_after,
  };
};

/** What keeps deltas from their kind, as console.correction_problem judged them when they were applied. */
const deltaProblem = (figures: Figures): Why => {
  const { kind, card_before: before, card_after: after, expected_before: expected, expected_after } = figures;
  const { card_delta: card, ledger_delta: ledger } = figures;
  if (card === null || ledger === null || before === null || after === null || expected === null)
    return said('figure_missing');
  if (after - before !== card)
    return said('card_moved', { before: money(before), after: money(after), delta: money(card) });
  if ((expected_after ?? Number.NaN) - expected !== ledger)
    return said('expected_moved', { before: money(expected), after: money(expected_after), delta: money(ledger) });
  const off = before - expected;
  const towards = (delta: number, difference: number) =>
    delta !== 0 && Math.sign(delta) === Math.sign(difference) && Math.abs(delta) <= Math.abs(difference);
  const fits = (() => {
    switch (kind) {
      case 'restore_card':
        return ledger === 0 && towards(card, -off);
      case 'record_missing':
        return card === 0 && towards(ledger, off);
      case 'opening_balance':
        return card === 0 && ledger !== 0 && ledger === off;
      case 'goodwill':
        return card !== 0 && card === ledger;
      case 'undo':
        return card !== 0 || ledger !== 0;
      default:
        return false;
    }
  })();
  if (!fits)
    return said('kind_misfit', { kind: { kind }, before: money(before), expected: money(expected), ...both(figures) });
  const allowed = (kind === 'restore_card' && before < 0 && card > 0) || (kind === 'undo' && card >= 0);
  return after < 0 && !allowed ? said('left_below', { after: money(after) }) : null;
};

/** Why somebody should have approved what nobody has. */
const limitProblem = (row: CorrectionRow): Why => {
  const { kind, card_delta, ledger_delta } = figuresOf(row);
  const moved = Math.max(Math.abs(card_delta ?? 0), Math.abs(ledger_delta ?? 0));
  const over = (sum: number | null, limit: number | null) => sum !== null && limit !== null && sum > limit;
  if (kind === 'opening_balance' || row.undone?.kind === 'opening_balance') return said('approved_by_nobody');
  if (over(moved, row.approval_limit))
    return said('above_limit', { moved: money(moved), limit: money(row.approval_limit) });
  if (over(row.on_card, row.card_day_limit)) return said('above_card_day', { sum: money(row.on_card) });
  if (over(row.by_operator, row.operator_day_limit)) return said('above_operator_day', { sum: money(row.by_operator) });
  return null;
};

/** What is wrong with an approval that a correction names. */
const approvalProblem = (row: CorrectionRow): Why => {
  const { operator, approver } = figuresOf(row);
  const { proposed, approval } = row;
  if (same(operator, approver)) return said('approved_by_author', { name: name(operator) });
  if (proposed === null) return said('no_proposal', { name: name(approver) });
  if (proposed.decided_by_id === proposed.author_id)
    return said('proposal_by_author', { name: name(proposed.operator) });
  if (!same(proposed.decided_by, approver))
    return said('approved_by_other', { one: name(proposed.decided_by), other: name(approver) });
  if (approval === null) return said('no_approval');
  return same(approval.actor, approver) && approval.operator_id === proposed.decided_by_id
    ? null
    : said('approval_of_other', { name: name(approver) });
};

const undoProblem = (row: CorrectionRow): Why => {
  const figures = figuresOf(row);
  if (row.undone_by !== null && !row.undo_found) return said('undo_missing', { id: row.undone_by });
  if (row.undone_by === null && row.undo_found) return said('undo_unsaid');
  if (figures.kind !== 'undo') return figures.undoes === null ? null : said('no_undo', { id: figures.undoes });
  if (figures.undoes === null || row.undone === null) return said('undoes_nothing');
  const id = figures.undoes;
  if (row.undoings > 1) return said('undone_often', { id, count: row.undoings });
  const { card, kind, card_delta, ledger_delta } = row.undone;
  if (kind === 'undo') return said('undoes_undo', { id });
  if (card !== figures.card) return said('undoes_other_card', { id, card: name(card) });
  if (row.undone_says !== row.operation_id) return said('undone_unsaid', { id });
  if (figures.card_delta !== negative(card_delta) || figures.ledger_delta !== negative(ledger_delta))
    return said('undo_amounts', {
      ...both(figures),
      id,
      otherCard: money(card_delta),
      otherLedger: money(ledger_delta),
    });
  return null;
};
const negative = (amount: number | null) => (amount === null ? null : amount === 0 ? 0 : -amount);

/** What a row of the log that Regie wrote breaks. */
export const brokenByLogged = ({ log_id, card, operation_id, correction_log_id }: LoggedRow): Broken[] => {
  const row = said('row_logged', { row: log_id, card: name(card) });
  const where = card === null ? {} : { opens: { kind: 'card', id: card } as const };
  if (correction_log_id === null)
    return [{ invariant: 'has_correction', row, why: [said('no_correction', { id: name(operation_id) })], ...where }];
  if (correction_log_id === log_id) return [];
  return [
    {
      invariant: 'applied_once',
      row,
      ...where,
      why: [said('correction_elsewhere', { id: name(operation_id), row: correction_log_id })],
    },
  ];
};

/** What a row of the audit trail that names a correction breaks. */
export const brokenByAudited = ({ seq, action, subject, actor, correction, card }: AuditRow): Broken[] => {
  const row = said('row_audited', { row: seq, action, subject, actor });
  const invariant = action === 'correction' ? 'has_correction' : 'receipt_refers';
  const opens = { kind: 'audit', id: String(seq) } as const;
  if (card === null) return [{ invariant, row, opens, why: [said('no_correction', { id: name(correction) })] }];
  if (action === 'correction' || subject === `card:${card}`) return [];
  return [{ invariant, row, opens, why: [said('correction_other_card', { id: name(correction), card })] }];
};

/** What a command or an item breaks that was applied and has no correction. */
export const brokenByLost = ({ operation_id, command, operator, card }: LostRow): Broken => ({
  invariant: 'has_correction',
  row:
    command === 'proposal'
      ? said('row_item', { card: name(card), operator: name(operator) })
      : said('row_command', { command, operator: name(operator) }),
  why: [said('no_correction', { id: operation_id })],
  ...(card === null ? {} : { opens: { kind: 'card', id: card } as const }),
});

/** What the ledger of a card breaks. */
export const brokenByLedger = ({ card_id, ledger, counted }: LedgerRow): Broken[] =>
  ledger === counted
    ? []
    : [
        {
          invariant: 'ledger_agrees',
          row: said('row_card', { card: card_id }),
          opens: { kind: 'card', id: card_id },
          why: [said('ledger_differs', { ledger: money(ledger), counted: money(counted) })],
        },
      ];

/** What the chain of the audit trail breaks. */
export const brokenByChain = (verdict: AuditVerdict): Broken[] => {
  if (verdict.ok) return [];
  const { row, what, seq } = verdict;
  const opens = { kind: 'audit', id: String(seq) } as const;
  const named =
    row === null
      ? said('row_unknown', { row: seq })
      : said('row_audited', { row: seq, action: row.action, subject: row.subject, actor: row.actor });
  return [{ invariant: 'audit_unbroken', opens, row: named, why: [said(`chain_${what}`)] }];
};

const same = (one: string | null, other: string | null) => one?.toLowerCase() === other?.toLowerCase();

/** Which values differ from what they should be; null: none. @param where the right ones are */
const differences = <Row extends Readonly<Record<string, string | number | null>>>(
  row: Row,
  right: Readonly<Record<keyof Row, string | number | null>>,
  where: 'audit' | 'correction' | 'applied',
): Why => {
  const different = Object.keys(row).filter((key) => !Object.is(row[key], right[key]));
  if (different.length === 0) return null;
  return different.map((key) =>
    said(`differs_${where}`, { column: { column: key }, value: value(row[key], key), right: value(right[key], key) }),
  );
};
const value = (one: string | number | null | undefined, column: string): SaidValue => {
  if (typeof one === 'number') return money(one);
  return column === 'kind' ? { kind: one ?? null } : text(one ?? null);
};
const text = (one: string | null): SaidValue => ({ text: one === null ? null : one.slice(0, MOST_LETTERS) });
const MOST_LETTERS = 80;
/** A name or an id inside a sentence. */
const name = (one: string | null): string => one ?? '–';

const both = ({ card_delta, ledger_delta }: Pick<Figures, 'card_delta' | 'ledger_delta'>) => ({
  ...{ card: money(card_delta), ledger: money(ledger_delta) },
});
const money = (amount: number | null): SaidValue => ({
  cents: amount === null || !Number.isSafeInteger(amount) ? null : amount,
});
