// The module boundaries of docs/architecture.md. `npm run check` fails on the first import that crosses one.
const tests = '\\.test\\.tsx?$';
const outside = [tests, '^electron/testing/'];

/** Modules of `from` must not import any of our own modules except those under `allowed`. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: outside },
  to: {
    path: '^(electron|renderer|shared|bench|scripts|e2e)/',
    pathNot: [`^${from}/`, ...allowed.map((folder) => `^${folder}/`)],
  },
});

/** Modules of `from` must not import those of `to`. */
const never = (name, from, to, pathNot = []) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot },
  to: { path: to },
});

const GROUND = ['shared', 'electron/lib'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },

    only('shared-imports-nothing-of-ours', 'shared', []),
    never('domain-is-the-ground', '^shared/domain/', '^shared/(contract|runbooks|i18n|checklists)/', [tests]),
    only('renderer-imports-only-shared', 'renderer', ['shared']),
    never('core-never-imports-renderer', '^electron/', '^renderer/'),
    never('programs-import-nothing-of-the-renderer', '^(scripts|bench)/', '^(renderer|e2e)/'),

    only('lib-knows-only-shared', 'electron/lib', ['shared']),
    only('manners-are-decisions', 'electron/manners', ['shared']),
    only('postgres-knows-no-feature', 'electron/postgres', GROUND),
    only('backup-reads-the-database-alone', 'electron/backup', [...GROUND, 'electron/postgres']),
    only('buffer-knows-no-feature', 'electron/buffer', GROUND),
    only('engine-and-operations-meet-in-the-database', 'electron/engine', [...GROUND, 'electron/postgres']),
    only('operations-know-storage-alone', 'electron/operations', [...GROUND, 'electron/postgres', 'electron/buffer']),
    only('outbox-sends-operations', 'electron/outbox', [
      ...GROUND,
      'electron/postgres',
      'electron/buffer',
      'electron/operations',
    ]),
    only('training-knows-no-feature', 'electron/training', [
      ...GROUND,
      'electron/postgres',
      'electron/operations/operators',
    ]),

    {
      name: 'operations-reach-the-registry-from-above',
      severity: 'error',
      from: { path: '^electron/operations/.+/', pathNot: tests },
      to: { path: '^electron/operations/registry\\.ts$' },
    },
    {
      name: 'detectors-know-nothing-of-each-other',
      severity: 'error',
      from: { path: '^electron/engine/detectors/([^/.]+)', pathNot: ['registry(\\.test)?\\.ts$'] },
      to: { path: '^electron/engine/detectors/', pathNot: '^electron/engine/detectors/$1(\\.|/)' },
    },
    {
      name: 'nothing-imports-a-host',
      severity: 'error',
      from: { path: '^electron/', pathNot: ['^electron/(desktop|browser)/', tests] },
      to: { path: '^electron/(desktop|browser)/' },
    },
    {
      name: 'only-site-and-core-are-composition',
      severity: 'error',
      from: { path: '^electron/(lib|postgres|buffer|outbox|operations|engine|training)/', pathNot: outside },
      to: { path: '^electron/(site|session|api|core\\.ts)' },
    },

    {
      name: 'only-desktop-imports-electron',
      severity: 'error',
      from: { pathNot: '^(electron/desktop/|electron/testing/electron/|e2e/)' },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'only-postgres-opens-postgres',
      severity: 'error',
      from: { path: '^electron/', pathNot: ['^electron/postgres/', ...outside] },
      to: { path: '(^|/)node_modules/(pg|node-pg-migrate)/' },
    },
    {
      name: 'only-buffer-opens-sqlite',
      severity: 'error',
      from: { pathNot: ['^electron/buffer/', '^e2e/', tests] },
      to: { path: '(^|/)node_modules/better-sqlite3/' },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^(electron|renderer|shared)/', pathNot: outside },
      to: { path: outside },
    },

    {
      name: 'renderer-no-circular',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { circular: true },
    },
    never('stores-know-nothing-on-the-screen', '^renderer/stores/', '^renderer/(app|screens|features|ui)/'),
    never('ui-knows-no-feature', '^renderer/ui/', '^renderer/(app|screens|features|stores|commands|query|bridge)'),
    never('features-know-no-screen', '^renderer/features/', '^renderer/(app|screens)/'),
    never('screens-know-no-shell', '^renderer/screens/', '^renderer/app/'),
    {
      name: 'screens-know-nothing-of-each-other',
      severity: 'error',
      from: { path: '^renderer/screens/([^/]+)/' },
      to: { path: '^renderer/screens/', pathNot: '^renderer/screens/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out/' },
    // No rule asks by how many modules one is imported.
    skipAnalysisNotInRules: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
