import { z } from 'zod';
import {
  type RegisterFilter,
  type RegisterRow,
  type RegisterSum,
  type RegisterSums,
  registerRowSchema,
  WHOLE_REGISTER,
} from '../../../shared/contract/register.ts';
import { cardIdReadings } from '../../../shared/domain/card-id.ts';
import { addCents, ZERO } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { localOf } from '../../../shared/domain/zoned-time.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { findCorrections } from './register.ts';

/** A festival has some hundred corrections; those of a large one are copied as far back as this. */
const MOST_COPIED = 500;

/** What a laptop keeps of the register for the time without the festival's database, the newest first. */
export const registerCopySchema = z.object({ rows: z.array(registerRowSchema), whole: z.boolean() });
export type RegisterCopy = z.infer<typeof registerCopySchema>;

/** @throws the driver's error when the festival's database does not answer. */
export const readRegisterCopy = async (database: FestivalDatabase): Promise<RegisterCopy> => {
  const { rows, next } = await findCorrections(database, WHOLE_REGISTER, null, MOST_COPIED);
  return { rows, whole: next === null };
};

/**
 * The register as far as this laptop's copy reaches, filtered and added up as the festival's database does it (register.ts).
 * @param incidentOf the incident of an alert, as far as it is known here
 * @returns `since`: from when on the copy has all of them; null: it has every one
 */
export const copiedRegister = (
  { rows: all, whole }: RegisterCopy,
  filter: RegisterFilter,
  { timeZone, incidentOf }: { timeZone: string; incidentOf: (eventId: RowId) => RowId | null },
): { rows: RegisterRow[]; sums: RegisterSums; since: string | null } => {
  const { from, until, kind, person, place, alert, row: logId, id, undone } = filter;
  const words = filter.words.toLowerCase().split(/\s+/);
  const cards = filter.card === null ? null : new Set(cardIdReadings(filter.card).exact);
  const rows = all.filter((row) => {
    const reason = row.reason.toLowerCase();
    const moment = Date.parse(row.at);
    return (
      words.every((word) => reason.includes(word)) &&
      (from === null || moment >= Date.parse(from)) &&
      (until === null || moment < Date.parse(until)) &&
      (kind === null || row.kind === kind) &&
      (person === null || row.operator === person || row.approver === person) &&
      (cards === null || cards.has(row.cardId)) &&
      (place === null || row.place === place) &&
      (alert === null || row.eventId === alert || (row.eventId !== null && incidentOf(row.eventId) === alert)) &&
      (logId === null || row.logId === logId) &&
      (id === null || [row.operationId, row.undoes, row.undoneBy].includes(id)) &&
      (undone === null || (row.undoneBy !== null) === (undone === 'undone'))
    );
  });
  return { rows, sums: sumsOf(rows, timeZone), since: whole ? null : (all.at(-1)?.at ?? null) };
};

const sumOf = (name: string, rows: readonly RegisterRow[]): RegisterSum => ({
  ...{ name, count: rows.length },
  cardCents: addCents(...rows.map(({ cardDeltaCents }) => cardDeltaCents ?? ZERO)),
  ledgerCents: addCents(...rows.map(({ ledgerDeltaCents }) => ledgerDeltaCents ?? ZERO)),
});

const sumsOf = (rows: readonly RegisterRow[], timeZone: string): RegisterSums => {
  const by = (nameOf: (row: RegisterRow) => string): RegisterSum[] =>
    [...Map.groupBy(rows, nameOf)]
      .map(([name, some]) => sumOf(name, some))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return {
    all: sumOf('', rows),
    kind: by(({ kind }) => kind),
    day: by(({ at }) => localOf(Date.parse(at), timeZone).slice(0, 10)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    place: by(({ place }) => place ?? ''),
    person: by(({ operator }) => operator),
  };
};
