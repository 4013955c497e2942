import { folded } from '../../../shared/domain/log-words.ts';
import type { Operator } from '../../../shared/domain/operator.ts';

/** Without accents and case: a keyboard in the dark writes Lea for Léa. */
const plain = (text: string): string => folded(text).trim();

export const namesLike = (operators: readonly Operator[], search: string): readonly Operator[] =>
  operators.filter(({ name }) => plain(name).includes(plain(search)));

/** Who was here lately first, then by name. @param recent ids, the last one first */
export const byRecent = (operators: readonly Operator[], recent: readonly string[]): readonly Operator[] => {
  const place = ({ operatorId }: Operator): number => {
    const at = recent.indexOf(operatorId);
    return at === -1 ? recent.length : at;
  };
  return [...operators].sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
};

/** Whose PIN is asked for first: who was here last and is not now, or the only one there is. */
export const firstAsked = (
  operators: readonly Operator[],
  { recent, signedIn }: { recent: readonly string[]; signedIn: string | null },
): string | null => {
  const others = operators.filter(({ name }) => name !== signedIn);
  const last = recent.find((id) => others.some(({ operatorId }) => operatorId === id));
  return last ?? (others.length === 1 ? (others[0]?.operatorId ?? null) : null);
};
