import { z } from 'zod';
import type { Attack, Target } from './attack.ts';

/** What the catalogue says of every function of Regie: a loop over it, so that none is forgotten. */
export const functionAttacks: readonly Attack[] = [
  {
    name: 'every function with rights of another, and every trigger, looks temporary names up last',
    run: (target) =>
      found(
        target,
        `(p.prosecdef or p.prorettype = 'trigger'::regtype) and coalesce((
          select not c ~ ', *pg_temp$' or c ~ '=(.*, *)?(public|"\\$user")' from unnest(p.proconfig) as c
          where c like 'search_path=%'), true)`,
      ),
  },
  {
    name: 'none may be called by everybody who reaches the server',
    run: (target) => found(target, `has_function_privilege('public', p.oid, 'execute')`),
  },
  {
    name: 'every function with rights of another runs as a role that cannot log in and is nothing more than that',
    run: (target) =>
      found(
        target,
        `p.prosecdef and exists (
          select from pg_roles r where r.oid = p.proowner and (
            r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication
            or exists (select from pg_auth_members m where m.member = r.oid)))`,
      ),
  },
  {
    name: 'none that a console reaches makes roles, gives one to somebody or becomes one',
    run: (target) =>
      found(
        target,
        `(has_function_privilege('${target.login.user}', p.oid, 'execute') or p.prorettype = 'trigger'::regtype)
          and p.prosrc ~* '\\m(create|alter|drop)\\s+(role|user|group)\\M|\\mset\\s+(local\\s+)?(role\\s+(?!=)|session\\s+authorization)|\\mgrant\\s+[\\w%]+\\s+to\\M'`,
      ),
  },
  {
    name: 'a console can replace, alter or take none',
    run: (target) => found(target, `pg_has_role('${target.login.user}', p.proowner, 'member')`),
  },
];

const functionRow = z.object({ signature: z.string() });

const found = async ({ admin }: Target, condition: string): Promise<string[]> => {
  const { rows } = await admin.query(`
    select p.oid::regprocedure::text as signature
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where (n.nspname = 'console' or n.nspname = 'public' and p.prosecdef)
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
      and ${condition}
    order by 1`);
  return z
    .array(functionRow)
    .parse(rows)
    .map(({ signature }) => signature);
};
