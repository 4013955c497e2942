import { expect, it } from 'vitest';
import { readBuildSchema } from '../postgres/schema-state.ts';
import type { BackupHeader } from './file-format.ts';
import { requireKnownSchema } from './restore.ts';

it('a backup with other migrations than this version, or in another order, is refused and says which', () => {
  const build = readBuildSchema();
  const [first = '', second = '', third = ''] = build.migrations;
  const header: BackupHeader = {
    ...{ festivalId: '3f2b8f0e-0f4e-4b53-9a39-2f3f6f3f1a11', takenAt: '2026-07-03T22:00:00Z', database: 'festival' },
    ...{ serverVersion: '18', migrations: [], functionFiles: [], tables: [] },
  };
  const check = (...migrations: string[]) => requireKnownSchema({ ...header, migrations }, build);
  check(first, second);
  expect(() => check(first, third, second)).toThrow(
    expect.objectContaining({ code: 'other_schema', params: { what: `${third}, ${second}` } }),
  );
});
