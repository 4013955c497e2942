import { useId } from 'react';
import './progress.css';

/** How far a long work has come, in a bar and in words. */
export const Progress = ({ done, total, label }: { done: number; total: number; label: string }) => {
  const id = useId();
  return (
    <div className="progress">
      <progress aria-labelledby={id} max={Math.max(1, total)} value={Math.min(done, Math.max(1, total))} />
      <span id={id}>{label}</span>
    </div>
  );
};
