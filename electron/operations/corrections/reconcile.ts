import type { Opens, ReconcileProgress, ReconcileStep } from '../../../shared/contract/register.ts';
import type { Said } from '../../../shared/domain/reconcile-said.ts';
import { rowId } from '../../../shared/domain/row-id.ts';
import { saidText } from '../../../shared/i18n/reconcile.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { verifyAudit } from '../audit/audit-chain.ts';
import {
  type Broken,
  brokenByAudited,
  brokenByChain,
  brokenByCorrection,
  brokenByLedger,
  brokenByLogged,
  brokenByLost,
  INVARIANTS,
  type InvariantId,
} from './invariants.ts';
import {
  logBatchEnd,
  readAudited,
  readCards,
  readCorrections,
  readHead,
  readLedgers,
  readLogged,
  readLost,
} from './reconcile-rows.ts';

/** An invariant that does not hold: how many rows break it, and the first of them. */
type BrokenInvariant = {
  readonly invariant: InvariantId;
  readonly says: string;
  readonly count: number;
  readonly rows: readonly BrokenRow[];
};

/** In English, as the commands say it, and without words, as each screen says it. */
type BrokenRow = {
  readonly row: string;
  readonly why: string;
  readonly said: { readonly row: Said; readonly why: Said[] };
  readonly opens?: Opens;
};

export type Reconciliation = {
  readonly ok: boolean;
  /** The moment of the snapshot. */
  readonly at: string;
  readonly corrections: number;
  readonly auditRows: number;
  /** Whose ledger was compared; 0 while the ledger does not count every row. */
  readonly cards: number;
  readonly broken: readonly BrokenInvariant[];
};

/** `signal`: ends it, with the error of the signal. */
export type ReconcileOptions = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReconcileProgress) => void;
};

/** Rows that are named for each invariant. */
const MOST_ROWS = 100;
/** A statement looks through some ten thousand rows at most, on a server that has much else to do. */
const STATEMENT_MS = 60_000;

/**
 * Checks what holds for money (docs/money.md, "Reconciling") over a whole festival, in one snapshot, some hundred rows at a
 * time. Writes nothing.
 * @throws the driver's error when the festival's database does not answer.
 */
export const reconcile = (
  database: Pick<FestivalDatabase, 'read'>,
  { signal, onProgress }: ReconcileOptions = {},
): Promise<Reconciliation> =>
  database.read(
    async (tx) => {
      const { add, broken } = collectBroken();
      let looked = 0;
      const looking = (step: ReconcileStep, rows: number): void => {
        signal?.throwIfAborted();
        looked += rows;
        onProgress?.({ step, rows: looked });
      };
      const { now: at, ledger_counts: ledgerCounts } = await readHead(tx);
      const corrections = await checkCorrections(tx, add, looking);
      await checkAudited(tx, add, looking);
      await checkLogged(tx, add, looking);
      looking('lost', 0);
      const lost = await readLost(tx, MOST_ROWS);
      for (const row of lost) add(brokenByLost(row));
      add.more('has_correction', (lost[0]?.total ?? 0) - lost.length);
      const cards = ledgerCounts ? await checkLedgers(tx, add, looking) : 0;
      looking('chain', 0);
      const verdict = await verifyAudit({ read: (work) => work(tx) });
      for (const one of brokenByChain(verdict)) add(one);
      const found = broken();
      return { ok: found.length === 0, at, corrections, auditRows: verdict.rows, cards, broken: found };
    },
    { statementTimeoutMs: STATEMENT_MS },
  );

/** Keeps the first rows of each invariant and counts the others. */
const collectBroken = () => {
  const found = new Map<InvariantId, { count: number; rows: BrokenRow[] }>();
  const placeOf = (invariant: InvariantId) => {
    const place = found.get(invariant) ?? { count: 0, rows: [] };
    found.set(invariant, place);
    return place;
  };
  const add = Object.assign(
    ({ invariant, row, why, opens }: Broken): void => {
      const place = placeOf(invariant);
      place.count += 1;
      if (place.rows.length >= MOST_ROWS) return;
      const words = { row: saidText([row], 'en'), why: saidText(why, 'en') };
      place.rows.push({ ...words, said: { row, why: [...why] }, ...(opens && { opens }) });
    },
    {
      /** Counts rows that were not read. */
      more: (invariant: InvariantId, count: number): void => {
        if (count > 0) placeOf(invariant).count += count;
      },
    },
  );
  const broken = (): BrokenInvariant[] =>
    [...found].map(([invariant, { count, rows }]) => ({ invariant, says: INVARIANTS[invariant], count, rows }));
  return { add, broken };
};
type Add = (broken: Broken) => void;
type Looking = (step: ReconcileStep, rows: number) => void;

const checkCorrections = async (tx: Transaction, add: Add, looking: Looking): Promise<number> => {
  let checked = 0;
  for (let after: string | null = null; ; ) {
    const rows = await readCorrections(tx, after);
    for (const row of rows) for (const one of brokenByCorrection(row)) add(one);
    looking('corrections', rows.length);
    checked += rows.length;
    const last = rows.at(-1);
    if (last === undefined) return checked;
    after = last.operation_id;
  }
};

const checkAudited = async (tx: Transaction, add: Add, looking: Looking): Promise<void> => {
  for (let after = 0; ; ) {
    const rows = await readAudited(tx, after);
    looking('audit', rows.length);
    for (const row of rows) for (const one of brokenByAudited(row)) add(one);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
};

const LOWEST_ID = rowId('-9223372036854775808');

const checkLogged = async (tx: Transaction, add: Add, looking: Looking): Promise<void> => {
  for (let after = LOWEST_ID; ; ) {
    const upTo = await logBatchEnd(tx, after);
    if (upTo === null) return;
    const rows = await readLogged(tx, after, upTo);
    looking('log', rows.length);
    for (const row of rows) for (const one of brokenByLogged(row)) add(one);
    after = upTo;
  }
};

const checkLedgers = async (tx: Transaction, add: Add, looking: Looking): Promise<number> => {
  let checked = 0;
  for (let after: string | null = null; ; ) {
    const cards = await readCards(tx, after);
    const last = cards.at(-1);
    if (last === undefined) return checked;
    looking('ledgers', cards.length);
    for (const row of await readLedgers(tx, cards)) for (const one of brokenByLedger(row)) add(one);
    checked += cards.length;
    after = last;
  }
};
