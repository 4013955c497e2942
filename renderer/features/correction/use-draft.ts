import { useState } from 'react';
import type { CardView } from '../../../shared/domain/card.ts';
import {
  type ChosenKind,
  correctionProblem,
  deltasOf,
  figuresAfter,
  needsApproval,
  possibleKinds,
  wholeAmount,
} from '../../../shared/domain/correction.ts';
import { type Cents, ZERO } from '../../../shared/domain/money.ts';
import { formatAmount, i18n } from '../../i18n.ts';
import type { OpenDialog } from '../../stores/ui.ts';
import { readMoney } from '../../ui/read-money.ts';

const typedFrom = (amount: number | null): string => (amount === null ? '' : formatAmount(amount));

/** What is typed into a correction, and what would follow from it. */
export const useDraft = (
  card: CardView,
  options: Extract<OpenDialog, { kind: 'correct' }>,
  { reason, limit }: { reason: string; limit: Cents },
) => {
  const figures = { actual: card.actualCents, expected: card.expectedCents };
  const kinds = possibleKinds(figures);
  const [kind, setKind] = useState<ChosenKind>(kinds[0] ?? 'goodwill');
  const [typed, setTyped] = useState(
    typedFrom(wholeAmount(kind, figures) ?? (kind === 'goodwill' ? (options.amount ?? null) : null)),
  );
  const amount = readMoney(typed, i18n.language === 'fr' ? 'fr' : 'en');
  const deltas = deltasOf(kind, figures, amount ?? ZERO);
  return {
    figures,
    kinds,
    kind,
    /** As it is typed. */
    amount: typed,
    deltas,
    after: figuresAfter(figures, deltas),
    approval: needsApproval(kind, deltas, limit),
    problem: correctionProblem({ kind, figures, amount, reason }),
    type: setTyped,
    choose: (chosen: ChosenKind) => {
      setKind(chosen);
      setTyped(typedFrom(wholeAmount(chosen, figures)));
    },
  };
};
