import type { AuditVerdict } from '../../../shared/contract/audit.ts';
import type { Opens } from '../../../shared/contract/register.ts';
import { cents, toNumeric } from '../../../shared/domain/money.ts';
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
  readonly row: string;
  readonly why: string;
  /** Where it is looked at. */
  readonly opens?: Opens;
};

type Rule<Row> = (row: Row) => string | null;

/** The rules of one correction. What the audit trail says of it counts, where it says one thing. */
const correctionRules: Partial<Record<InvariantId, Rule<CorrectionRow>>> = {
  has_command: ({ command, own }) => {
    if (command === null) return 'there is no such command';
    if (command.name !== 'correction.apply' && command.name !== 'correction.item') return `it is of ${command.name}`;
    if (command.outcome !== 'applied') return `its command is ${command.outcome}`;
    return same(command.operator, own.operator) ? null : `its command is ${command.operator}’s, not ${own.operator}’s`;
  },
  has_audit_row: ({ audits }) => (audits === 0 ? 'the audit trail does not have it' : null),
  has_log_row: ({ logged, carried, own }) => (logged === null && !carried ? `row ${own.log_id} is gone` : null),
  applied_once: ({ audits }) => (audits > 1 ? `the audit trail has it ${audits} times` : null),
  not_edited: ({ own, audited, audits }) =>
    audited === null || audits > 1 ? null : differences(own, audited, 'on the audit trail'),
  log_not_edited: (row) => (row.logged === null ? null : differences(row.logged, inTheLog(row), 'in the correction')),
  deltas_agree: (row) => deltaProblem(figuresOf(row)),
  approved: (row) => (figuresOf(row).approver === null ? limitProblem(row) : approvalProblem(row)),
  as_proposed: (row) => {
    if (row.proposed === null) return null;
    const { card, kind, card_delta, ledger_delta, undoes, operator, reason, original_transaction } = row.proposed;
    const { item_state, state } = row.proposed;
    if (item_state !== 'applied') return `its item is ${item_state}`;
    if (state === null || !['approved', 'done', 'cancelled'].includes(state)) return `its proposal is ${state}`;
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
    return why === null ? [] : [{ invariant, row: correctionName(row), why, opens: ofCorrection(row) }];
  });

const ofCorrection = ({ operation_id: id }: { readonly operation_id: string }): Opens => ({ kind: 'correction', id });

const correctionName = ({ operation_id, own: { card, kind, operator } }: CorrectionRow) =>
  `correction ${operation_id} (${kind}, card ${card}, ${operator})`;

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
const deltaProblem = (figures: Figures): string | null => {
  const { kind, card_before: before, card_after: after, expected_before: expected, expected_after } = figures;
  const { card_delta: card, ledger_delta: ledger } = figures;
  if (card === null || ledger === null || before === null || after === null || expected === null)
    return 'a figure is missing';
  if (after - before !== card) return `the card went from ${money(before)} to ${money(after)}, by ${money(card)}`;
  if ((expected_after ?? Number.NaN) - expected !== ledger)
    return `the expected balance went from ${money(expected)} to ${money(expected_after)}, by ${money(ledger)}`;
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
    return `a ${kind} of a card with ${money(before)} where ${money(expected)} are expected has not ${both(figures)}`;
  const allowed = (kind === 'restore_card' && before < 0 && card > 0) || (kind === 'undo' && card >= 0);
  return after < 0 && !allowed ? `it left ${money(after)} on the card` : null;
};

/** Why somebody should have approved what nobody has. */
const limitProblem = (row: CorrectionRow): string | null => {
  const { kind, card_delta, ledger_delta } = figuresOf(row);
  const moved = Math.max(Math.abs(card_delta ?? 0), Math.abs(ledger_delta ?? 0));
  const over = (sum: number | null, limit: number | null) => sum !== null && limit !== null && sum > limit;
  if (kind === 'opening_balance' || row.undone?.kind === 'opening_balance') return 'nobody has approved it';
  if (over(moved, row.approval_limit))
    return `nobody has approved it, and ${money(moved)} is above ${money(row.approval_limit)}`;
  if (over(row.on_card, row.card_day_limit))
    return `nobody has approved it, and it makes ${money(row.on_card)} on this card within a day`;
  if (over(row.by_operator, row.operator_day_limit))
    return `nobody has approved it, and it makes ${money(row.by_operator)} by this operator within a day`;
  return null;
};

/** What is wrong with an approval that a correction names. */
const approvalProblem = (row: CorrectionRow): string | null => {
  const { operator, approver } = figuresOf(row);
  const { proposed, approval } = row;
  if (same(operator, approver)) return `its author ${operator} approved it`;
  if (proposed === null) return `there is no proposal that ${approver} could have approved`;
  if (proposed.decided_by_id === proposed.author_id)
    return `the author of its proposal, ${proposed.operator}, approved it`;
  if (!same(proposed.decided_by, approver)) return `${proposed.decided_by} approved its proposal, not ${approver}`;
  if (approval === null) return `the audit trail has no approval of its proposal`;
  return same(approval.actor, approver) && approval.operator_id === proposed.decided_by_id
    ? null
    : `the approval on the audit trail is not ${approver}’s`;
};

const undoProblem = (row: CorrectionRow): string | null => {
  const figures = figuresOf(row);
  if (row.undone_by !== null && !row.undo_found) return `${row.undone_by} should have undone it, and is not there`;
  if (row.undone_by === null && row.undo_found) return 'it was undone, and does not say so';
  if (figures.kind !== 'undo') return figures.undoes === null ? null : `it is no undo, and undoes ${figures.undoes}`;
  if (figures.undoes === null || row.undone === null) return 'it undoes nothing that is there';
  if (row.undoings > 1) return `${figures.undoes} was undone ${row.undoings} times`;
  const { card, kind, card_delta, ledger_delta } = row.undone;
  if (kind === 'undo') return `it undoes ${figures.undoes}, an undo`;
  if (card !== figures.card) return `it undoes ${figures.undoes}, of card ${card}`;
  if (row.undone_says !== row.operation_id) return `${figures.undoes} does not say that this has undone it`;
  if (figures.card_delta !== negative(card_delta) || figures.ledger_delta !== negative(ledger_delta))
    return `it has ${both(figures)}; ${figures.undoes} has ${both({ card_delta, ledger_delta })}`;
  return null;
};
const negative = (amount: number | null) => (amount === null ? null : amount === 0 ? 0 : -amount);

/** What a row of the log that Regie wrote breaks. */
export const brokenByLogged = ({ log_id, card, operation_id, correction_log_id }: LoggedRow): Broken[] => {
  const row = `row ${log_id} of the log (card ${card})`;
  const where = card === null ? {} : { opens: { kind: 'card', id: card } as const };
  if (correction_log_id === null)
    return [{ invariant: 'has_correction', row, why: `there is no correction ${operation_id}`, ...where }];
  if (correction_log_id === log_id) return [];
  return [
    { invariant: 'applied_once', row, ...where, why: `correction ${operation_id} is row ${correction_log_id} already` },
  ];
};

/** What a row of the audit trail that names a correction breaks. */
export const brokenByAudited = ({ seq, action, subject, actor, correction, card }: AuditRow): Broken[] => {
  const row = `row ${seq} of the audit trail (${action}, ${subject}, ${actor})`;
  const invariant = action === 'correction' ? 'has_correction' : 'receipt_refers';
  const opens = { kind: 'audit', id: String(seq) } as const;
  if (card === null) return [{ invariant, row, opens, why: `there is no correction ${correction}` }];
  if (action === 'correction' || subject === `card:${card}`) return [];
  return [{ invariant, row, opens, why: `correction ${correction} is of card ${card}` }];
};

/** What a command or an item breaks that was applied and has no correction. */
export const brokenByLost = ({ operation_id, command, operator, card }: LostRow): Broken => ({
  invariant: 'has_correction',
  row: command === 'proposal' ? `a proposal’s item (card ${card}, ${operator})` : `command ${command} (${operator})`,
  why: `there is no correction ${operation_id}`,
  ...(card === null ? {} : { opens: { kind: 'card', id: card } as const }),
});

/** What the ledger of a card breaks. */
export const brokenByLedger = ({ card_id, ledger, counted }: LedgerRow): Broken[] =>
  ledger === counted
    ? []
    : [
        {
          invariant: 'ledger_agrees',
          row: `card ${card_id}`,
          opens: { kind: 'card', id: card_id },
          why: `its ledger says ${money(ledger)}, its rows in the log come to ${money(counted)}`,
        },
      ];

/** What the chain of the audit trail breaks. */
export const brokenByChain = (verdict: AuditVerdict): Broken[] => {
  if (verdict.ok) return [];
  const { row, what, seq } = verdict;
  const named = row === null ? '' : ` (${row.action}, ${row.subject}, ${row.actor})`;
  const opens = { kind: 'audit', id: String(seq) } as const;
  return [{ invariant: 'audit_unbroken', opens, row: `row ${seq} of the audit trail${named}`, why: CHAIN_WORDS[what] }];
};
const CHAIN_WORDS = {
  hash: 'it was changed after it was written',
  previous_hash: 'it does not follow the row before it',
  missing: 'it is missing',
  head: 'it is not the expected last row',
  witness: 'it is not the one that a laptop has seen',
} as const;

const same = (one: string | null, other: string | null) => one?.toLowerCase() === other?.toLowerCase();

/** Which values differ from what they should be, in words; null: none. */
const differences = <Row extends Readonly<Record<string, string | number | null>>>(
  row: Row,
  right: Readonly<Record<keyof Row, string | number | null>>,
  where: string,
): string | null => {
  const different = Object.keys(row).filter((key) => !Object.is(row[key], right[key]));
  if (different.length === 0) return null;
  return different.map((key) => `${key} is ${value(row[key])}, ${where} ${value(right[key])}`).join('; ');
};
const value = (one: string | number | null | undefined): string => {
  if (one === null || one === undefined) return 'nothing';
  return typeof one === 'number' ? money(one) : `“${one.slice(0, MOST_LETTERS)}”`;
};
const MOST_LETTERS = 80;

const both = ({ card_delta, ledger_delta }: Pick<Figures, 'card_delta' | 'ledger_delta'>) =>
  `${money(card_delta)} for the card and ${money(ledger_delta)} for the log`;
const money = (amount: number | null): string =>
  amount === null || Number.isNaN(amount) ? 'no amount' : toNumeric(cents(amount));
