import { z } from 'zod';
import type { CallOutput } from '../../../shared/contract/calls.ts';
import type {
  RegisterFilter,
  RegisterPlace,
  RegisterRow,
  RegisterSum,
  RegisterSums,
} from '../../../shared/contract/register.ts';
import { cardIdReadings } from '../../../shared/domain/card-id.ts';
import { csvRow } from '../../../shared/domain/csv.ts';
import { ZERO } from '../../../shared/domain/money.ts';
import { containing } from '../../postgres/like.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn, serialColumn } from '../../postgres/rows.ts';
import { plannedAnew, sql } from '../../postgres/sql.ts';

type OpenedCorrection = CallOutput<'register.open'>;

const PAGE = 100;
const EXPORTED_AT_ONCE = 1_000;
/** Days, bars and people that are summed: more are nothing to read. */
const MOST_SUMS = 200;

const amount = centsColumn.nullable();
const foundRow = z.object({
  operation_id: z.string(),
  log_id: idColumn,
  applied_at: instantColumn,
  kind: z.string(),
  card_id: z.string(),
  place: z.string().nullable(),
  card_delta: amount,
  ledger_delta: amount,
  reason: z.string(),
  operator: z.string(),
  approver: z.string().nullable(),
  laptop: z.string(),
  event_id: idColumn.nullable(),
  proposal_id: z.string().nullable(),
  audit_seq: serialColumn.nullable(),
  undoes: z.string().nullable(),
  undone_by: z.string().nullable(),
});

const toRow = (row: z.output<typeof foundRow>): RegisterRow => ({
  operationId: row.operation_id,
  logId: row.log_id,
  at: row.applied_at,
  kind: row.kind,
  cardId: row.card_id,
  place: row.place,
  cardDeltaCents: row.card_delta,
  ledgerDeltaCents: row.ledger_delta,
  reason: row.reason,
  operator: row.operator,
  approver: row.approver,
  laptop: row.laptop,
  eventId: row.event_id,
  proposalId: row.proposal_id,
  auditSeq: row.audit_seq,
  undoes: row.undoes,
  undoneBy: row.undone_by,
});

const askedOf = ({ words, card, undone, ...rest }: RegisterFilter) => ({
  ...rest,
  patterns: words
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(containing),
  cards: card === null ? null : cardIdReadings(card).exact,
  undone: undone === null ? null : undone === 'undone',
});

/**
 * Corrections that were applied, the newest first, with what belongs to each: its bar is that of its alert.
 * @throws the driver's error when the festival's database does not answer.
 */
export const findCorrections = async (
  database: FestivalDatabase,
  filter: RegisterFilter,
  after: RegisterPlace | null,
  most = PAGE,
): Promise<{ rows: RegisterRow[]; next: RegisterPlace | null }> => {
  const { patterns, from, until, kind, person, cards, place, alert, row, id, undone } = askedOf(filter);
  return database.read(async (tx) => {
    const found = await tx.fittingRows(
      foundRow,
      plannedAnew(sql`/* regie:register */
        with page as (
          select c.*, h.place from console.corrections c left join console.history h using (event_id)
          where (${after?.at ?? null}::timestamptz is null
              or (c.applied_at, c.operation_id) < (${after?.at ?? null}::timestamptz, ${after?.operationId ?? null}::uuid))
            and (${from}::timestamptz is null or c.applied_at >= ${from}::timestamptz)
            and (${until}::timestamptz is null or c.applied_at < ${until}::timestamptz)
            and (${kind}::text is null or c.kind = ${kind})
            and (${person}::text is null or ${person} in (c.operator, c.approver))
            and (${cards}::text[] is null or c.card_id = any (${cards}::text[]))
            and (${place}::text is null or h.place = ${place})
            and (${alert}::bigint is null or c.event_id = ${alert}::bigint or h.incident_id = ${alert}::bigint)
            and (${row}::bigint is null or c.log_id = ${row}::bigint)
            and (${id}::uuid is null or ${id}::uuid in (c.operation_id, c.undoes, c.undone_by))
            and (${undone}::boolean is null or (c.undone_by is not null) = ${undone}::boolean)
            and c.reason ilike all (${patterns}::text[])
          order by c.applied_at desc, c.operation_id desc limit ${most + 1}
        )
        select p.operation_id::text, p.log_id, coalesce(console.time_of(p.applied_at), 'epoch') as applied_at, p.kind, p.card_id, p.place,
          console.amount_of(p.card_delta)::numeric(10,2) as card_delta, console.amount_of(p.ledger_delta)::numeric(10,2) as ledger_delta,
          p.reason, p.operator, p.approver, p.laptop, p.event_id, i.proposal_id::text, p.undoes::text, p.undone_by::text,
          (select min(a.seq) from console.audit a where a.operation_id = p.operation_id) as audit_seq
        from page p left join console.proposal_items i using (operation_id)
        order by p.applied_at desc, p.operation_id desc`),
      { name: 'corrections', id: 'operation_id' },
    );
    const rows = found.slice(0, most).map(toRow);
    const last = rows.at(-1);
    const next = found.length > most && last !== undefined ? { at: last.at, operationId: last.operationId } : null;
    return { rows, next };
  });
};

const auditRow = z.object({
  seq: serialColumn,
  at: instantColumn,
  action: z.string(),
  actor: z.string(),
  laptop: z.string(),
  subject: z.string(),
  data: z.string(),
  hash: z.string(),
});
const proposalRow = z.object({
  proposal_id: z.string(),
  author: z.string(),
  proposed_at: instantColumn,
  decided_by: z.string().nullable(),
  decided_on: z.string().nullable(),
  decided_at: instantColumn.nullable(),
});

/** What a row of the audit trail says, as far as somebody reads it on a screen. */
const MOST_DATA = 4_000;

/** What belongs to a correction: its rows of the audit trail, and its proposal with who approved it. */
export const openCorrection = (database: FestivalDatabase, operationId: string): Promise<OpenedCorrection> =>
  database.read(async (tx) => {
    const audit = await tx.rows(
      auditRow,
      sql`/* regie:register */
        select seq, coalesce(console.time_of(at), 'epoch') as at, action, actor, laptop, subject,
          left(jsonb_pretty(data), ${MOST_DATA}::int) as data, encode(hash, 'hex') as hash
        from console.audit
        where operation_id = ${operationId}::uuid order by seq limit 100`,
    );
    const proposal = await tx.maybeRow(
      proposalRow,
      sql`/* regie:register */
        select p.proposal_id::text, p.author, p.proposed_at, p.decided_by, p.decided_on, p.decided_at
        from console.proposal_items i join console.proposals p using (proposal_id) where i.operation_id = ${operationId}::uuid`,
    );
    return {
      audit,
      proposal:
        proposal === undefined
          ? null
          : {
              proposalId: proposal.proposal_id,
              author: proposal.author,
              proposedAt: proposal.proposed_at,
              decidedBy: proposal.decided_by,
              decidedOn: proposal.decided_on,
              decidedAt: proposal.decided_at,
            },
    };
  });

const sumRow = z.object({
  what: z.enum(['all', 'kind', 'day', 'place', 'person']),
  name: z.string(),
  count: countColumn,
  card: centsColumn.nullable(),
  ledger: centsColumn.nullable(),
});

/** What the corrections that fit come to: of all, and by kind, day at the festival, bar and person. */
export const sumCorrections = (database: FestivalDatabase, filter: RegisterFilter): Promise<RegisterSums> => {
  const { patterns, from, until, kind, person, cards, place, alert, row, id, undone } = askedOf(filter);
  return database.read(async (tx) => {
    const sums = await tx.rows(
      sumRow,
      plannedAnew(sql`/* regie:register */
        with fits as (
          select c.kind, c.operator, coalesce(h.place, '') as place,
            coalesce(to_char(console.time_of(c.applied_at) at time zone
              (select coalesce(max(time_zone), 'UTC') from console.festival_settings), 'YYYY-MM-DD'), '') as day,
            console.amount_of(c.card_delta) as card, console.amount_of(c.ledger_delta) as ledger
          from console.corrections c left join console.history h using (event_id)
          where (${from}::timestamptz is null or c.applied_at >= ${from}::timestamptz)
            and (${until}::timestamptz is null or c.applied_at < ${until}::timestamptz)
            and (${kind}::text is null or c.kind = ${kind})
            and (${person}::text is null or ${person} in (c.operator, c.approver))
            and (${cards}::text[] is null or c.card_id = any (${cards}::text[]))
            and (${place}::text is null or h.place = ${place})
            and (${alert}::bigint is null or c.event_id = ${alert}::bigint or h.incident_id = ${alert}::bigint)
            and (${row}::bigint is null or c.log_id = ${row}::bigint)
            and (${id}::uuid is null or ${id}::uuid in (c.operation_id, c.undoes, c.undone_by))
            and (${undone}::boolean is null or (c.undone_by is not null) = ${undone}::boolean)
            and c.reason ilike all (${patterns}::text[])
        ), summed as (
          select case grouping(kind, day, place, operator) when 7 then 'kind' when 11 then 'day' when 13 then 'place'
              when 14 then 'person' else 'all' end as what,
            coalesce(kind, day, place, operator, '') as name, count(*) as count, sum(card) as card, sum(ledger) as ledger,
            row_number() over (partition by grouping(kind, day, place, operator) order by count(*) desc) as place_in
          from fits group by grouping sets ((), (kind), (day), (place), (operator))
        )
        select what, name, count, card, ledger from summed where place_in <= ${MOST_SUMS}
        order by what, case what when 'day' then name end, count desc, name`),
    );
    const by = (what: z.output<typeof sumRow>['what']): RegisterSum[] =>
      sums
        .filter((one) => one.what === what)
        .map(({ name, count, card, ledger }) => ({
          name,
          count,
          cardCents: card ?? ZERO,
          ledgerCents: ledger ?? ZERO,
        }));
    const [all = { name: '', count: 0, cardCents: ZERO, ledgerCents: ZERO }] = by('all');
    return { all, kind: by('kind'), day: by('day'), place: by('place'), person: by('person') };
  });
};

const COLUMNS: readonly (readonly [string, (row: RegisterRow) => string | number | null])[] = [
  ['applied_at', ({ at }) => at],
  ['kind', ({ kind }) => kind],
  ['card', ({ cardId }) => cardId],
  ['bar', ({ place }) => place],
  ['card_delta_eur', ({ cardDeltaCents }) => euros(cardDeltaCents)],
  ['ledger_delta_eur', ({ ledgerDeltaCents }) => euros(ledgerDeltaCents)],
  ['reason', ({ reason }) => reason],
  ['author', ({ operator }) => operator],
  ['approver', ({ approver }) => approver],
  ['laptop', ({ laptop }) => laptop],
  ['alert', ({ eventId }) => eventId],
  ['log_row', ({ logId }) => logId],
  ['audit_row', ({ auditSeq }) => auditSeq],
  ['proposal', ({ proposalId }) => proposalId],
  ['undoes', ({ undoes }) => undoes],
  ['undone_by', ({ undoneBy }) => undoneBy],
  ['correction', ({ operationId }) => operationId],
];

/** Of integer cents below 2^53 the quotient is written with two digits at most, and read back as the same cents. */
const euros = (amount: number | null): number | null => (amount === null ? null : amount / 100);

/** The register as CSV, some rows at a time: figures stay figures, and no text is computed (shared/domain/csv.ts). */
export const exportCorrections = async (
  database: FestivalDatabase,
  filter: RegisterFilter,
  after: RegisterPlace | null,
): Promise<{ text: string; next: RegisterPlace | null; rows: number }> => {
  const { rows, next } = await findCorrections(database, filter, after, EXPORTED_AT_ONCE);
  const head = after === null ? `\uFEFF${csvRow(COLUMNS.map(([name]) => name))}` : '';
  const lines = rows.map((row) => csvRow(COLUMNS.map(([, cellOf]) => cellOf(row))));
  return { text: head + lines.join(''), next, rows: rows.length };
};
