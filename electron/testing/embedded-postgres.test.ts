import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('leaves the exit code of a failed run alone', () => {
  const program = `await import('./embedded-postgres.ts'); process.exitCode = 3;`;
  const { status } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
  });
  expect(status).toBe(3);
});
