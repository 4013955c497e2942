import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { fingerprint } from '../testing/fingerprint.ts';
import { functionsFolder, hashOf, readFunctionFiles, readManifest } from './function-files.ts';
import { migrate } from './migrations.ts';
import { type BuildSchema, migrationsFolder, namesOf, readBuildSchema } from './schema-state.ts';

const filesIn = (folder: string): { name: string; text: string }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => ({ name: file.slice(0, -'.sql'.length), text: readFileSync(join(folder, file), 'utf8') }));

/** What a text makes, without comments: names, and arguments where it has some, since a name may stand for several. */
const made = (text: string, kinds: string): string[] =>
  [
    ...text
      .replaceAll(/--.*$/gm, '')
      .matchAll(
        new RegExp(
          `\\bcreate\\s+(?:or\\s+replace\\s+)?(?:constraint\\s+|materialized\\s+)?(?:${kinds})\\s+(?:if\\s+not\\s+exists\\s+)?([\\w.]+(?:\\([^)]*\\))?)`,
          'gi',
        ),
      ),
  ].map(([, name = '']) => name.toLowerCase());

describe('the SQL of the repository', () => {
  const functions = filesIn(functionsFolder());

  it('defines each function and view once', () => {
    const names = functions.flatMap(({ text }) => made(text, 'function|procedure|view'));
    expect(names.length).toBeGreaterThan(40);
    expect(names).toEqual([...new Set(names)]);
    for (const name of ['console.apply_correction', 'console.append_audit', 'console.save_operator']) {
      expect(names.some((one) => one.startsWith(`${name}(`))).toBe(true);
    }
  });

  it('defines no function, view or trigger in a numbered migration', () => {
    for (const { name, text } of filesIn(migrationsFolder())) {
      expect(made(text, 'function|procedure|view|trigger'), name).toEqual([]);
    }
  });

  it('is stamped: npm run stamp', () => {
    const entries = readManifest(functionsFolder()).filter(({ sha256 }) => sha256 !== null);
    const stamped = entries.map(({ name, sha256 }) => `${name} ${sha256}`).sort();
    expect(stamped).toEqual(functions.map(({ name, text }) => `${name} ${hashOf(text)}`).sort());
  });

  it('has the same hash whatever the ends of its lines', () => {
    expect(hashOf('select 1;\r\nselect 2;\r\n')).toBe(hashOf('select 1;\nselect 2;\n'));
  });
});

describe('function files', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    return () => database.close();
  });
  const build = readBuildSchema();
  const edit = (name: string, change: (text: string) => string, version = (known: number) => known): BuildSchema => ({
    ...build,
    functionFiles: build.functionFiles.map((file) => {
      if (file.name !== name) return file;
      const text = change(file.text);
      return { ...file, text, sha256: hashOf(text), version: version(file.version) };
    }),
  });
  const comment = (text: string) => `${text}-- Another word.\n`;
  const next = (known: number) => known + 1;
  const run = (schema: BuildSchema, more: { dryRun?: boolean } = {}) =>
    migrate({ settings: database.adminSettings, build: schema, ...more });
  const recorded = async () =>
    (
      await database.admin.query(
        'select name, version, sha256, applied_at::text from console.function_files order by name',
      )
    ).rows;

  it('are recorded with version and hash', async () => {
    const rows = (await recorded()).map(({ name, version, sha256 }) => ({ name, version, sha256 }));
    const files = readFunctionFiles().map(({ name, version, sha256 }) => ({ name, version, sha256 }));
    expect(rows).toEqual(files.sort((a, b) => (a.name < b.name ? -1 : 1)));
  });

  it('are applied again alone when a comment in one was edited, and change nothing', async () => {
    const edited = edit('corrections', comment);
    const [before, shape] = [await recorded(), await fingerprint(database.admin)];
    expect((await run(edited, { dryRun: true })).applied).toEqual(['functions/corrections']);
    expect(await recorded()).toEqual(before);
    expect((await run(edited)).applied).toEqual(['functions/corrections']);
    expect((await run(edited)).applied).toEqual([]);
    const again = (rows: typeof before) => rows.filter(({ name }) => name !== 'corrections');
    const after = await recorded();
    expect(again(after)).toEqual(again(before));
    expect(after).not.toEqual(before);
    expect(await fingerprint(database.admin)).toEqual(shape);
  });

  it('can each be applied again alone', async () => {
    const shape = await fingerprint(database.admin);
    for (const { name } of build.functionFiles) {
      expect((await run(edit(name, comment))).applied).toContain(`functions/${name}`);
      expect((await run(build)).applied).toEqual([`functions/${name}`]);
    }
    expect(await fingerprint(database.admin)).toEqual(shape);
  });

  it('replace a function that somebody has changed by hand, once their file changes', async () => {
    const limit = async () =>
      (await database.admin.query(`select console.needs_approval('goodwill', 60, 60) as needed`)).rows;
    await database.admin.query(
      `create or replace function console.needs_approval(p_kind text, p_card_delta numeric, p_ledger_delta numeric)
       returns boolean language sql stable as 'select false'`,
    );
    expect(await limit()).toEqual([{ needed: false }]);
    await run(edit('approvals', comment, next));
    expect(await limit()).toEqual([{ needed: true }]);
  });

  it('of a newer console are not touched by an older one, which says so', async () => {
    await run(edit('ledger', comment, next));
    const [before, shape] = [await recorded(), await fingerprint(database.admin)];
    for (const older of [build, edit('audit', comment, next)]) {
      await expect(run(older)).rejects.toMatchObject({ code: 'database_newer' });
      await expect(run(older, { dryRun: true })).rejects.toMatchObject({ code: 'database_newer' });
    }
    expect(await recorded()).toEqual(before);
    expect(await fingerprint(database.admin)).toEqual(shape);
  });

  it('tell a newer console by a file that the older one does not know, and by a migration', async () => {
    const text = '-- Nothing yet.\n';
    const later = { name: 'later', version: 1, text, sha256: hashOf(text) };
    await run({ ...build, functionFiles: [...build.functionFiles, later] });
    await expect(run(build)).rejects.toMatchObject({ code: 'database_newer' });
    await database.admin.query(`delete from console.function_files where name = 'later'`);
    expect((await run(build)).applied).toEqual([]);
    await database.admin.query(`insert into console.migrations (name, run_on) values ('9999_later', now())`);
    await expect(run(build)).rejects.toMatchObject({ code: 'database_newer' });
  });

  it('are all applied again after a numbered migration, which may have dropped anything', async () => {
    const shape = await fingerprint(database.admin);
    // As if the only migration there is were newer than the database.
    await database.admin.query('drop schema console cascade');
    expect((await run(build)).applied).toEqual(namesOf(build));
    const ofOurs = (lines: string[]) => lines.filter((line) => line.startsWith('function'));
    expect(ofOurs(await fingerprint(database.admin))).toEqual(ofOurs(shape));
  });

  it('leave nothing of themselves when one of them fails', async () => {
    const [before, shape] = [await recorded(), await fingerprint(database.admin)];
    const broken = edit('guide', (text) => `${text}select no_such_column from console.identity;\n`, next);
    const both = {
      ...broken,
      functionFiles: broken.functionFiles.map((file) =>
        file.name === 'audit' ? { ...file, text: comment(file.text), sha256: hashOf(comment(file.text)) } : file,
      ),
    };
    await expect(run(both)).rejects.toMatchObject({ code: '42703' });
    expect(await recorded()).toEqual(before);
    expect(await fingerprint(database.admin)).toEqual(shape);
  });

  it('are applied by one of two consoles that migrate at once', async () => {
    const newer = edit('audit', comment, next);
    const reports = await Promise.all([run(newer), run(newer)]);
    expect(reports.map(({ applied }) => applied).sort()).toEqual([[], ['functions/audit']]);
  });
});

describe('a database from before the first release', () => {
  let database: TestDatabase;
  afterEach(() => database.close());

  it('is refused, left as it is, and made anew as the sentence says', async () => {
    database = await createTestDatabase('bare');
    const { admin, adminSettings: settings } = database;
    await admin.query(
      `create schema console;
       create table console.migrations (id serial primary key, name varchar(255) not null, run_on timestamp not null);
       insert into console.migrations (name, run_on) values ('0001_monitoring_tables', now()), ('0002_console', now());
       create table console.money_policy (approval_limit numeric(10,2))`,
    );
    const before = await fingerprint(admin);
    await expect(migrate({ settings })).rejects.toMatchObject({ code: 'database_prerelease' });
    expect(await fingerprint(admin)).toEqual(before);
    await admin.query('drop schema console cascade');
    expect((await migrate({ settings })).applied).toEqual(namesOf(readBuildSchema()));
  });
});
