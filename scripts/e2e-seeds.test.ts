import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../e2e');

it('end-to-end files that name a seed have a console of their own: no two name the same', () => {
  const seeds = readdirSync(folder)
    .filter((file) => file.endsWith('.spec.ts'))
    .flatMap((file) => /test\.use\(\{ seed: '(\d+)'/.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? []);
  expect(seeds.length).toBeGreaterThan(5);
  expect(new Set(seeds).size).toBe(seeds.length);
});
