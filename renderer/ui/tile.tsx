import type { ReactNode } from 'react';
import './tile.css';

/** A figure that is also a filter. `pulse`: something new and critical is in it; nothing else on the screen moves. */
export const Tile = (props: {
  label: string;
  value: ReactNode;
  /** Below the figure, or beside it a small picture. */
  more?: ReactNode;
  tone?: 'plain' | 'red' | 'amber' | 'green';
  pressed?: boolean;
  pulse?: boolean;
  onPress?: (() => void) | undefined;
}) => {
  const { label, value, more, tone = 'plain', pressed = false, pulse = false, onPress } = props;
  const className = `tile tile-${tone} ${pulse ? 'tile-pulse' : ''}`;
  const contents = (
    <>
      <span className="tile-label">{label}</span>
      <span className="tile-figures">
        <span className="tile-value">{value}</span>
        {more !== undefined && <span className="tile-more">{more}</span>}
      </span>
    </>
  );
  if (onPress === undefined) return <div className={className}>{contents}</div>;
  return (
    <button type="button" className={className} aria-pressed={pressed} onClick={onPress}>
      {contents}
    </button>
  );
};
