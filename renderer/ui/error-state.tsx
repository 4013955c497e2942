import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import './states.css';

/** What happened, what it means, and what to do. */
export const ErrorState = (props: {
  title: string;
  text: string;
  detail?: string | undefined;
  children?: ReactNode;
}) => {
  const { title, text, detail, children } = props;
  return (
    <div className="error-state" role="alert">
      <TriangleAlert size={20} aria-hidden="true" />
      <div className="stack error-state-words">
        {/* It stands in the place of a screen, and a screen has one. */}
        <h1>{title}</h1>
        <p>{text}</p>
        {detail !== undefined && <p className="mono error-state-detail">{detail}</p>}
        {children !== undefined && <div className="row">{children}</div>}
      </div>
    </div>
  );
};
