import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './drawer.css';

const [NARROWEST, USUAL, WIDEST] = [400, 480, 900];
const STEP = 40;
const KEPT_AS = 'regie.drawer';

const bounded = (width: number): number => Math.min(WIDEST, Math.max(NARROWEST, width));
const keptWidth = (): number => bounded(Number(localStorage.getItem(KEPT_AS)) || USUAL);

/** What is open beside the list: as wide as its edge is drawn, and over everything where there is no room beside it. */
export const Drawer = ({ label, children }: { label: string; children: ReactNode }) => {
  const { t } = useTranslation();
  const [width, setWidth] = useState(keptWidth);
  const change = (wanted: number): void => {
    const next = bounded(wanted);
    setWidth(next);
    localStorage.setItem(KEPT_AS, String(next));
  };
  return (
    <aside className="drawer" aria-label={label} style={{ '--drawer': `${width}px` }}>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved */}
      <div
        role="separator"
        className="drawer-edge"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={t('board.resize')}
        aria-valuenow={width}
        aria-valuemin={NARROWEST}
        aria-valuemax={WIDEST}
        onKeyDown={({ key }) => {
          if (key === 'ArrowLeft') change(width + STEP);
          if (key === 'ArrowRight') change(width - STEP);
        }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          const right = event.currentTarget.parentElement?.getBoundingClientRect().right ?? innerWidth;
          change(right - event.clientX);
        }}
      />
      {children}
    </aside>
  );
};
