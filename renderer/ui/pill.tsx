import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import './pill.css';

export type PillTone = 'plain' | 'good' | 'warn' | 'bad' | 'stale' | 'training';

/** A state with its dot, or an icon in its place, that opens more about it. */
export const Pill = (
  props: ComponentProps<'button'> & {
    tone?: PillTone;
    icon?: LucideIcon | undefined;
  },
) => {
  const { tone = 'plain', icon: Icon, className = '', children, ...rest } = props;
  return (
    <button type="button" className={`pill pill-${tone} ${className}`} {...rest}>
      {Icon ? (
        <Icon size={14} aria-hidden="true" />
      ) : (
        tone !== 'plain' && tone !== 'training' && <span className="pill-dot" />
      )}
      <span className="pill-text">{children}</span>
    </button>
  );
};
