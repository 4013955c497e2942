// The arrows of docs/architecture.md. `npm run arrows` fails on the first import that breaks one.
const tests = '\\.test\\.tsx?$';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(electron|renderer|e2e|bench|scripts)/' },
    },
    {
      name: 'renderer-imports-only-shared',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|e2e|bench|scripts)/' },
    },
    {
      name: 'core-never-imports-renderer',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^renderer/' },
    },
    {
      name: 'only-desktop-imports-electron',
      severity: 'error',
      from: { pathNot: '^(electron/desktop/|e2e/)' },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'only-festival-opens-postgres',
      severity: 'error',
      from: { path: '^electron/', pathNot: ['^electron/festival/', '^electron/testing/', tests] },
      to: { path: '(^|/)node_modules/(pg|node-pg-migrate)/' },
    },
    {
      name: 'only-buffer-opens-sqlite',
      severity: 'error',
      from: { pathNot: '^electron/buffer/' },
      to: { path: '(^|/)node_modules/better-sqlite3/' },
    },
    {
      name: 'engine-does-not-know-operations',
      severity: 'error',
      from: { path: '^electron/engine/', pathNot: tests },
      to: { path: '^electron/(operations|api|buffer|training|desktop|browser|monitoring)/' },
    },
    {
      name: 'operations-do-not-know-the-engine',
      severity: 'error',
      from: { path: '^electron/operations/', pathNot: tests },
      to: { path: '^electron/(engine|api|training|desktop|browser|monitoring)/' },
    },
    {
      name: 'detectors-know-nothing-of-each-other',
      severity: 'error',
      from: { path: '^electron/engine/detectors/([^/]+)/' },
      to: { path: '^electron/engine/detectors/([^/]+)/', pathNot: '^electron/engine/detectors/$1/' },
    },
    {
      name: 'nothing-imports-a-host',
      severity: 'error',
      from: { path: '^electron/', pathNot: ['^electron/(desktop|browser)/', tests] },
      to: { path: '^electron/(desktop|browser)/' },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^(electron|renderer|shared)/', pathNot: [tests, '^electron/testing/'] },
      to: { path: [tests, '^electron/testing/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
