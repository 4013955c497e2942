import { describe, expect, it } from 'vitest';
import type { Operator } from '../../../shared/domain/operator.ts';
import { byRecent, firstAsked, namesLike } from './names.ts';

const somebody = (name: string): Operator => ({
  operatorId: `id of ${name}`,
  name,
  role: 'operator',
  active: true,
  lockedUntil: null,
  pinDigits: 4,
  pinChangeAsked: false,
});
const staff = ['Zoé', 'Léa', 'Élise', 'Ana'].map(somebody);
const names = (some: readonly Operator[]) => some.map(({ name }) => name);

describe('the names of the sign-in', () => {
  it('are found without accents and in any case', () => {
    expect(names(namesLike(staff, 'LEA'))).toEqual(['Léa']);
    expect(names(namesLike(staff, ' é'))).toEqual(['Zoé', 'Léa', 'Élise']);
    expect(namesLike(staff, '')).toHaveLength(4);
  });

  it('begin with who was here lately, the others by name', () => {
    expect(names(byRecent(staff, ['id of Zoé', 'id of somebody else', 'id of Léa']))).toEqual([
      'Zoé',
      'Léa',
      'Ana',
      'Élise',
    ]);
  });

  it('propose who was here last, and while somebody is signed in the one before them', () => {
    const recent = ['id of gone', 'id of Léa', 'id of Ana'];
    expect(firstAsked(staff, { recent, signedIn: null })).toBe('id of Léa');
    expect(firstAsked(staff, { recent, signedIn: 'Léa' })).toBe('id of Ana');
  });

  it('propose nobody where it could be anybody, and the only one where there is one', () => {
    expect(firstAsked(staff, { recent: [], signedIn: null })).toBeNull();
    expect(firstAsked([somebody('Léa')], { recent: [], signedIn: null })).toBe('id of Léa');
  });
});
