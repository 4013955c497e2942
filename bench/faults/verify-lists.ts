import { readChecklists } from '../../electron/operations/checklists/checklist-follower.ts';
import { countIn, differenceOf } from './compare.ts';
import type { Festival } from './ground.ts';
import type { Laptop } from './laptop.ts';
import type { Found } from './violation.ts';

/** One run for everybody, a chain of what was confirmed, nothing after its signature (docs/checklists.md, "Runs"). */
export const verifyListsInDatabase = async (festival: Festival, found: Found): Promise<void> => {
  if ((await countIn(festival, BROKEN_RUNS)) > 0) found('audit', 'the run of a checklist is no chain');
  if ((await countIn(festival, MISSING_RUNS)) > 0) found('lost', 'a checklist that was started');
  if ((await countIn(festival, OTHER_LISTS)) > 0) found('lost', 'the list with which a run was started');
  if ((await countIn(festival, AFTER_SIGNATURE)) > 0) found('doubled', 'something was added to a signed checklist');
  if ((await countIn(festival, TOO_EARLY)) > 0) found('answered wrongly', 'a checklist was signed with an open item');
};

/** A laptop shows every run with the first signature first and the others beside it, and nothing that waits. */
export const verifyListsOn = async (laptop: Laptop, festival: Festival, found: Found): Promise<void> => {
  const difference = await differenceOf(
    festival,
    async (database) => (await readChecklists(database)).runs,
    async () => {
      const view = await laptop.call('checklists.get', {});
      return view?.ok ? view.value.runs : view;
    },
  );
  if (difference !== undefined) found('mirrors', `the checklists on ${laptop.name}: ${difference}`);
};

const BROKEN_RUNS = `
  select count(*)::int from (
    select e.seq, e.hash, e.previous_hash, row_number() over w as place, lag(e.hash, 1, r.hash) over w as before,
      sha256(e.previous_hash || convert_to(console.canonical_json(console.checklist_said(e)), 'UTF8')) as computed
    from console.checklist_entries e join console.checklist_runs r on (r.list_id, r.window_key) = (e.list_id, e.window_key)
    window w as (partition by e.list_id, e.window_key order by e.seq)
  ) as one
  where seq <> place or previous_hash <> before or hash <> computed`;
const MISSING_RUNS = `
  select count(*)::int from console.operations o
  where command = 'checklist.start' and outcome ->> 'outcome' = 'applied' and not exists (
    select from console.checklist_runs r
    where r.list_id = o.body::jsonb #>> '{input,list,id}' and r.window_key = o.body::jsonb #>> '{input,windowKey}')`;
const OTHER_LISTS = `
  select count(*)::int from console.checklist_runs r join console.operations o using (operation_id)
  where r.list <> o.body::jsonb #> '{input,list}'`;
const AFTER_SIGNATURE = `
  select count(*)::int from console.checklist_entries e join console.checklist_entries s
    on (s.list_id, s.window_key) = (e.list_id, e.window_key)
  where s.act = 'signed' and s.seq < e.seq`;
/** An item that nobody passed needs a person, or two; the measured one of this list is never good. */
const TOO_EARLY = `
  select count(*)::int from console.checklist_entries s join console.checklist_runs r
    on (r.list_id, r.window_key) = (s.list_id, s.window_key), jsonb_array_elements(r.list -> 'items') as item
  where s.act = 'signed' and (
    select count(*) filter (where e.act = 'overridden') = 0
      and count(distinct e.actor_id) filter (where e.act in ('ticked', 'answered'))
        < case item ->> 'kind' when 'two_person' then 2 else 1 end
    from console.checklist_entries e
    where (e.list_id, e.window_key, e.item_id) = (s.list_id, s.window_key, item ->> 'id') and e.seq < s.seq)`;
