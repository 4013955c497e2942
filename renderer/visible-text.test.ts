import { describe, expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

describe('a word of another system', () => {
  it('is shown as it is where all of it can be seen', () => {
    for (const word of ['completed', 'annulé', 'à décider', 'Pfand zurück', '👍', '支払い'])
      expect(visibleText(word)).toBe(word);
  });

  it('shows what nobody sees in it, and what would turn or break the line', () => {
    expect(visibleText('completed\u200b')).toBe('completed⟨200B⟩');
    expect(visibleText('04AA11\n')).toBe('04AA11⏎');
    expect(visibleText('\tok\r\u00a0')).toBe('⇥ok␍⟨00A0⟩');
    expect(visibleText(' Completed  ')).toBe('␣Completed␣␣');
    expect(visibleText('  ')).toBe('␣␣');
    expect(visibleText('\u202edeliaf')).toBe('⟨202E⟩deliaf');
    expect(visibleText('a\u{e0041}')).toBe('a⟨E0041⟩');
  });
});
