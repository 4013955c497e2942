import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('no colon is put behind a text by hand: French has a space before it (`common.label`)', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.tsx'),
  );
  expect(files.length).toBeGreaterThan(100);
  const found = files.filter((file) => /\bt\([^\n]*\)\}:/.test(readFileSync(join(import.meta.dirname, file), 'utf8')));
  expect(found).toEqual([]);
});
