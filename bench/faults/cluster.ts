import { playCluster, SCENARIOS } from './cluster/play.ts';
import { hasClusterPrograms } from './cluster/servers.ts';
import { KINDS, type Violation } from './violation.ts';

/**
 * A real primary with a real replica under two consoles at work (docs/offline.md, "Another database"): nothing that was
 * confirmed may be lost in silence or done twice. Prints what it came to.
 * @returns the exit code: 0 where nothing was found, and where the programs are not installed
 */
export const playClusters = async (options: {
  seed: number;
  runs: number;
  progress: (words: string) => void;
}): Promise<number> => {
  if (!hasClusterPrograms()) {
    console.log('skipped: Debian’s postgresql-15 is not installed (/usr/lib/postgresql/15/bin)');
    return 0;
  }
  const { seed, runs, progress } = options;
  const violations: (Violation & { readonly run: string })[] = [];
  const totals: Record<string, number> = {};
  for (let run = seed; run < seed + runs; run += 1) {
    for (const scenario of SCENARIOS) {
      const name = `seed ${run}, ${scenario}`;
      try {
        const { violations: found, counted } = await playCluster(scenario, run);
        violations.push(...found.map((violation) => ({ ...violation, run: name })));
        for (const [what, times] of Object.entries(counted)) totals[what] = (totals[what] ?? 0) + times;
        progress(`${name}: ${JSON.stringify(counted)}`);
        for (const { kind, what } of found) progress(`${name}: ${kind}: ${what}`);
      } catch (error) {
        violations.push({ run: name, kind: 'stuck', what: String(error) });
        progress(`${name} could not be played: ${error instanceof Error ? error.stack : error}`);
      }
    }
  }
  const counts = Object.entries(totals).map(([what, times]) => `${what} ${times}`);
  console.log(`\n${runs} seeds from ${seed}, ${SCENARIOS.join(' and ')}: ${counts.join(', ')}`);
  console.log(
    `verdict: ${KINDS.map((kind) => `${kind} ${violations.filter((one) => one.kind === kind).length}`).join(', ')}`,
  );
  return violations.length === 0 ? 0 : 1;
};
