import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import './states.css';

/** Where nothing is: what will appear here, and what can be done meanwhile. */
export const EmptyState = (props: { icon?: LucideIcon; title: string; text?: string; children?: ReactNode }) => {
  const { icon: Icon, title, text, children } = props;
  return (
    <div className="empty-state">
      {Icon && <Icon size={28} strokeWidth={1.5} aria-hidden="true" />}
      <p className="empty-state-title">{title}</p>
      {text !== undefined && <p className="quiet">{text}</p>}
      {children}
    </div>
  );
};
