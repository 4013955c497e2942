import type { LinkStatus } from '../../shared/contract/status.ts';
import type { SystemLine } from '../../shared/domain/log-system.ts';
import type { SystemCopy } from '../buffer/system-copy.ts';

/** A shorter gap is no event of the night. */
const WORTH_A_LINE_MS = 10_000;

/** When this laptop had no festival: written into its own copy, for there is nobody else who knows. */
export const createLinkGaps = (options: { laptop: string; copy: Pick<SystemCopy, 'add'> }) => {
  let lostAt: number | null = null;
  const lineAt = (action: 'link_lost' | 'link_back', atMs: number): { id: number; line: SystemLine } => {
    const at = new Date(atMs).toISOString();
    const by = { actor: 'regie-console', laptop: options.laptop };
    return {
      id: Math.round(atMs),
      line: { key: `${action}:${at}`, at, ...by, action, subject: '', what: null, words: null },
    };
  };
  return {
    /** @param offsetMs the database's clock minus this laptop's  @returns whether a gap was written down */
    changed: ({ state, since }: Pick<LinkStatus, 'state' | 'since'>, offsetMs: number): boolean => {
      const at = Date.parse(since) + offsetMs;
      if (state === 'offline') lostAt ??= at;
      if (state !== 'online') return false;
      const gap = lostAt;
      lostAt = null;
      if (gap === null || at - gap < WORTH_A_LINE_MS) return false;
      return options.copy.add('link', [lineAt('link_lost', gap), lineAt('link_back', at)]);
    },
  };
};
