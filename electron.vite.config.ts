import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { textsPlugin } from './scripts/texts-plugin.ts';

// One build gives both hosts, `out/main/index.js` (desktop) and `out/main/browser.js`, and the threads that open files of
// others and write reports, `out/main/foreign-files.js` and `out/main/report-files.js`, sharing chunks.
export default defineConfig({
  main: {
    build: {
      // Of many small files each, which a start would look for one by one; electron-builder.yml leaves them out.
      externalizeDeps: { exclude: ['zod', 'yaml', 'hono', '@hono/node-server', 'uuid'] },
      rollupOptions: {
        input: {
          index: 'electron/desktop/main.ts',
          browser: 'electron/browser/main.ts',
          'foreign-files': 'electron/foreign-files/thread.ts',
          'report-files': 'electron/report-files/thread.ts',
        },
      },
    },
  },
  preload: {
    build: {
      rollupOptions: {
        input: 'electron/desktop/preload.ts',
        // A sandboxed preload script must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), textsPlugin()],
    build: {
      minify: true,
      // The security policy lets fonts come from files only.
      assetsInlineLimit: 0,
      rollupOptions: {
        input: 'renderer/index.html',
        // Few files: each of a hundred small ones is asked for, answered, and made a module of, and all of them are wanted
        // a second after the first screen at the latest (later.ts); what its display asks for at once lies in both of the others.
        output: {
          codeSplitting: {
            groups: [
              { name: 'first', tags: ['$initial'] },
              { name: 'dialogs', test: /\/renderer\/(app|features|ui)\// },
              { name: 'screens', test: /\/renderer\/screens\// },
            ],
          },
        },
      },
    },
  },
});
