import type { FormatterModule } from 'i18next';
import { numberText } from './format.ts';

/**
 * How i18next puts values into texts; `interpolation.alwaysFormat` makes it ask. A number is a figure and is written as
 * the language does it (`1,200`, `1 200`, `0,5`); what has digits and is none, such as an id or a port, is given as text.
 */
export const figures: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _format, language) =>
    typeof value === 'number' ? numberText(value, language === 'fr' ? 'fr' : 'en') : String(value),
};
