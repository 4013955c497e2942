import { registerHooks } from 'node:module';

/* Loaded before the desktop's program (`node --import`): whoever imports Electron there gets the double beside this file. */
const double = new URL('./double.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context),
});
