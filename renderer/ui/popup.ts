import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

/** What a popup opens by. */
export type Trigger = ReactElement<{
  readonly onClick?: () => void;
  readonly onKeyDown?: (event: { readonly key: string; preventDefault(): void }) => void;
  readonly 'aria-haspopup'?: 'menu' | 'dialog';
  readonly 'aria-expanded'?: boolean;
}>;

export type MenuItem = {
  readonly label: string;
  readonly act: () => void;
  readonly icon?: LucideIcon | undefined;
  /** The key that does the same. */
  readonly shortcut?: string | undefined;
  /** Why it cannot be chosen now: shown below it. */
  readonly refused?: string | undefined;
  /** Something is destroyed. */
  readonly danger?: boolean | undefined;
};

export type MenuProps = {
  readonly trigger: Trigger;
  readonly groups: readonly (readonly MenuItem[])[];
  readonly align?: 'start' | 'end';
};

export type PopoverProps = {
  readonly trigger: Trigger;
  readonly title: string;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
  /** Pixels; as wide as its contents otherwise. */
  readonly width?: number;
  /** For whoever opens it from elsewhere, too. */
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
};
