import { z } from 'zod';
import type { Session } from './session.ts';
import { sql } from './sql.ts';

const probeRow = z.object({ pid: z.int(), kept: z.string().nullable() });

/**
 * Whether a pooler stands between us and the database, and of which kind. A pooler answers under a process id of its own
 * making. Whether it hands the backend on between two statements (transaction mode) shows in three ways, each of which is
 * proof: what the session set is gone, the backend has changed, or a second connection was given the very backend that
 * the first still believes to own.
 */
export const detectPooler = async (
  session: Session,
  open: () => Promise<Session>,
): Promise<'none' | 'session' | 'transaction'> => {
  const { pid } = await session.row(
    probeRow,
    sql`/* regie:pooler */ select pg_backend_pid() as pid, set_config('regie.session_probe', 'kept', false) as kept`,
  );
  if (session.processId === pid) return 'none';
  const other = await open();
  let shared: boolean;
  try {
    const { pid: otherPid } = await other.row(
      probeRow,
      sql`/* regie:pooler */ select pg_backend_pid() as pid, null::text as kept`,
    );
    shared = otherPid === pid;
  } finally {
    other.destroy();
  }
  const again = await session.row(
    probeRow,
    sql`/* regie:pooler */ select pg_backend_pid() as pid, current_setting('regie.session_probe', true) as kept`,
  );
  return shared || again.pid !== pid || again.kept !== 'kept' ? 'transaction' : 'session';
};
