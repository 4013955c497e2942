import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { WHOLE_LOG } from '../../shared/contract/log.ts';
import { type LogLine, logEntrySchema, logLineSchema, placeInTime } from '../../shared/domain/log.ts';
import { countIn, differenceOf } from './compare.ts';
import type { Festival } from './ground.ts';
import type { Laptop } from './laptop.ts';
import { sha256Of } from './picture.ts';
import type { Found } from './violation.ts';

/** Each entry once, in one chain and with one name, and each picture whole, in the festival's database. */
export const verifyLogInDatabase = async (festival: Festival, found: Found): Promise<void> => {
  if ((await countIn(festival, BROKEN_LOG)) > 0) found('audit', 'the incident log is no chain');
  if ((await countIn(festival, SAME_LABEL)) > 0) found('doubled', 'two entries of a laptop have one number');
  if ((await countIn(festival, BROKEN_PICTURES)) > 0) found('lost', 'a stored picture is not what its sum says');
  if ((await countIn(festival, LOST_PICTURES)) > 0) found('lost', 'a picture whose pieces are all there is not stored');
  if ((await countIn(festival, LEFT_PIECES)) > 0) found('doubled', 'pieces of a picture that is stored');
  if ((await countIn(festival, WITHOUT_PICTURE)) > 0) found('lost', 'the picture of an entry');
};

/** What a laptop shows of the log, line by line in its order, and each of its pictures. */
export const verifyLogOn = async (laptop: Laptop, festival: Festival, found: Found): Promise<void> => {
  const difference = await differenceOf(
    festival,
    () => linesIn(festival),
    async () => {
      const view = await laptop.call('log.get', { ...WHOLE_LOG, limit: 2_000 });
      return view?.ok ? view.value.lines : view;
    },
  );
  if (difference !== undefined) found('mirrors', `the incident log on ${laptop.name}: ${difference}`);
  const { rows } = await festival.ask('select sha256 from console.log_files order by sha256');
  for (const { sha256 } of z.array(z.object({ sha256: z.string() })).parse(rows)) {
    const shown = await pictureOn(laptop, sha256);
    if (shown !== sha256) found('mirrors', `the picture ${sha256} on ${laptop.name} is ${shown ?? 'not there'}`);
  }
};

/** The log as every laptop is to show it. */
const linesIn = async (festival: Festival): Promise<LogLine[]> => {
  const { rows } = await festival.ask('select console.log_said(e) as said from console.log_entries e order by number');
  const entries = z
    .array(z.object({ said: logEntrySchema }))
    .parse(rows)
    .map(({ said }) => said);
  return entries
    .filter(({ refersTo }) => refersTo === null)
    .map((first) =>
      logLineSchema.parse({ ...first, later: entries.filter(({ refersTo }) => refersTo === first.entryId) }),
    )
    .sort((a, b) => placeInTime(b) - placeInTime(a) || (b.number ?? 0) - (a.number ?? 0));
};

/** Bounds only end a hang. */
const PATIENCE_MS = 30_000;

/** The SHA-256 of a picture as a laptop has it, once it has fetched it. */
const pictureOn = async (laptop: Laptop, sha256: string): Promise<string | undefined> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const fetched = await laptop.call('log.fetchFile', { sha256 });
    if (fetched?.ok && fetched.value.found) break;
    if (performance.now() > until) return undefined;
    await sleep(100);
  }
  let text = '';
  for (let piece = 0, pieces = 1; piece < pieces; piece += 1) {
    const answer = await laptop.call('log.file', { sha256, piece });
    if (!answer?.ok || answer.value === null) return undefined;
    pieces = answer.value.pieces;
    text += answer.value.data;
  }
  return sha256Of(Buffer.from(text, 'base64'));
};

/** Numbers without holes, each entry with the hash of the one before, the last one at the head. */
const BROKEN_LOG = `
  select count(*)::int from (
    select number, hash, lag(number, 1, 0::bigint) over w as before, previous_hash,
      lag(hash, 1, sha256('regie log')) over w as before_hash, console.log_hash(previous_hash, e) as computed
    from console.log_entries e window w as (order by number)
  ) as one
  where number <> before + 1 or previous_hash <> before_hash or hash <> computed
    or number > (select number from console.log_head)`;
const SAME_LABEL = `
  select count(*)::int from (
    select from console.log_entries group by laptop_id, laptop_number having count(*) > 1) as twice`;
const BROKEN_PICTURES = `
  select count(*)::int from console.log_files
  where encode(sha256(decode(data, 'base64')), 'hex') <> sha256 or octet_length(decode(data, 'base64')) <> bytes`;
/** By the commands that were applied. */
const WHOLE_PICTURES = `
  select input ->> 'fileId' as file_id, input ->> 'sha256' as sha256
  from (select body::jsonb -> 'input' as input from console.operations
    where command = 'log.attach' and outcome ->> 'outcome' = 'applied') as piece
  group by 1, 2 having count(distinct input ->> 'piece') = max((input ->> 'pieces')::int)`;
const LOST_PICTURES = `
  select count(*)::int from (${WHOLE_PICTURES}) as whole
  where not exists (select from console.log_files f where f.sha256 = whole.sha256)`;
const LEFT_PIECES = `
  select count(*)::int from (${WHOLE_PICTURES}) as whole
  where exists (select from console.log_pieces p where p.file_id = whole.file_id::uuid)`;
/** Whoever writes an entry has put its pictures on their way before. */
const WITHOUT_PICTURE = `
  select count(*)::int from console.log_entries e, jsonb_array_elements(e.attachments) as picture
  where not exists (select from console.log_files f where f.sha256 = picture ->> 'sha256')`;
