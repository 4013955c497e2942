import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('no hook’s dependencies are left to a comment: what is asked of the core goes through query.ts', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  expect(files.length).toBeGreaterThan(100);
  const suppressed = files.filter((file) =>
    /biome-ignore(-all|-start)? lint\/correctness/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
  );
  expect(suppressed).toEqual([]);
});
