/** What must never be, by kind (docs/offline.md, "Proof"). */
export const KINDS = [
  'stuck',
  'lost',
  'doubled',
  'hidden',
  'answered wrongly',
  'money',
  'audit',
  'mirrors',
  'alerts',
] as const;
export type Violation = { readonly kind: (typeof KINDS)[number]; readonly what: string };

/** Takes a violation that was found. */
export type Found = (kind: Violation['kind'], what: string) => void;
