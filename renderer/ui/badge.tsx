import type { ReactNode } from 'react';
import './badge.css';

/** What a colour says: nothing, red (critical, overdue), amber (due soon), blue (selected), green (settled). */
export type BadgeTone = 'plain' | 'red' | 'amber' | 'blue' | 'green';

/** A word or a number about what stands beside it. */
export const Badge = ({ tone = 'plain', children }: { tone?: BadgeTone; children: ReactNode }) => (
  <span className={`badge badge-${tone}`}>{children}</span>
);

/** How many wait: nothing where nothing does. */
export const Count = ({ value, loud = false, title }: { value: number; loud?: boolean; title?: string }) =>
  value === 0 ? null : (
    <span className={loud ? 'count count-loud' : 'count'} title={title}>
      {value > 999 ? '999+' : value}
    </span>
  );
