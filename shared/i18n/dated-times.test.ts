import { describe, expect, it } from 'vitest';
import { withDatedTimes } from './dated-times.ts';
import { timeText } from './format.ts';

const now = new Date('2026-11-27T15:00:00Z');
const timeIn = (language: 'en' | 'fr') => (instant: string) =>
  timeText(instant, { language, timeZone: 'Europe/Paris', now });

describe('a time in a sentence, once it is yesterday’s', () => {
  it('is said in French', () => {
    const time = timeIn('fr');
    const said = (text: string) => withDatedTimes(text, 'fr');
    const yesterday = time('2026-11-26T13:02:00Z');
    expect(said(`État à ${yesterday}.`)).toBe('État le 26 nov. à 14:02.');
    expect(said(`À ${yesterday}, rien.`)).toBe('Le 26 nov. à 14:02, rien.');
    expect(said(`Forte affluence jusqu’à ${yesterday} (Léa)`)).toBe('Forte affluence jusqu’au 26 nov. à 14:02 (Léa)');
    expect(said(`Jusqu’à ${yesterday}`)).toBe('Jusqu’au 26 nov. à 14:02');
    expect(said(`En ligne depuis ${yesterday}`)).toBe('En ligne depuis le 26 nov. à 14:02');
    expect(said(`à résoudre avant ${yesterday}`)).toBe('à résoudre avant le 26 nov. à 14:02');
    expect(said(`Compté de ${yesterday} à ${time('2026-11-26T14:00:00Z')}.`)).toBe(
      'Compté du 26 nov. à 14:02 au 26 nov. à 15:00.',
    );
    expect(said(`fait à ${time('2025-08-01T10:00:00Z')}`)).toBe('fait le 1 août 2025 à 12:00');
    expect(said(`État à ${time('2026-11-27T13:02:00Z')}`)).toBe('État à 14:02');
  });

  it('is said in English', () => {
    const yesterday = timeIn('en')('2026-11-26T13:02:00Z');
    const said = (text: string) => withDatedTimes(text, 'en');
    expect(said(`Recomputed at ${yesterday}`)).toBe('Recomputed on 26 Nov at 14:02');
    expect(said(`since ${yesterday}`)).toBe('since 26 Nov, 14:02');
    expect(said(`As of ${yesterday}`)).toBe('As of 26 Nov, 14:02');
  });
});
