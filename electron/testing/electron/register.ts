import { registerHooks } from 'node:module';

/*
 * Loaded before the desktop's program (`node --import`): whoever imports Electron there gets the double beside this file.
 * A package that requires it gets what the double has put down for it, because it loads asynchronously.
 */
const double = new URL('./double.ts', import.meta.url).href;
const required = new URL('./required.cjs', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier !== 'electron') return next(specifier, context);
    return { url: context.conditions.includes('require') ? required : double, shortCircuit: true };
  },
});
