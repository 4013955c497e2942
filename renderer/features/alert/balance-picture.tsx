import { useTranslation } from 'react-i18next';
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import { formatMoney, formatTime } from '../../i18n.ts';
import { balancePoints } from './transactions.ts';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [440, 128, 8, 72, 12, 20];

/** What happened, at a glance: what the card held, step by step, and what it should have held. */
export const BalancePicture = ({ event }: { event: AlertEvent }) => {
  const { t } = useTranslation();
  const points = balancePoints(event);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const values = points.flatMap(({ actual, expected }) => [actual, expected]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (index: number): number => LEFT + (index / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => TOP + (1 - (value - low) / Math.max(1, high - low)) * (HEIGHT - TOP - BOTTOM);
  const line = (of: 'actual' | 'expected'): string =>
    points
      .map(
        (point, index) =>
          `${index === 0 ? 'M' : `H${x(index)}V`}${index === 0 ? `${x(0)} ${y(point[of])}` : y(point[of])}`,
      )
      .join('');
  const seconds = formatTime(first.at) === formatTime(last.at);
  const parted = last.actual !== last.expected;
  // Two labels in one place could not be read.
  const apart = Math.abs(y(last.actual) - y(last.expected)) < 14 ? 8 : 0;
  const above = last.expected > last.actual;
  const words = t('alert.picture', {
    actual: formatMoney(last.actual),
    expected: formatMoney(last.expected),
  });
  return (
    <figure className="balance-picture">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        <path className="balance-expected" d={line('expected')} />
        <path className="balance-actual" d={line('actual')} />
        {points.map((point, index) => (
          <Point
            key={point.id}
            {...{ x: x(index), y: y(point.actual), should: y(point.expected), faulty: point.faulty }}
          />
        ))}
        <text x={WIDTH - RIGHT + 8} y={y(last.actual) + 4 + (above ? apart : -apart)} className="balance-actual-label">
          {formatMoney(last.actual)}
        </text>
        {parted && (
          <text
            x={WIDTH - RIGHT + 8}
            y={y(last.expected) + 4 - (above ? apart : -apart)}
            className="balance-expected-label"
          >
            {formatMoney(last.expected)}
          </text>
        )}
        <text x={LEFT} y={HEIGHT - 4} className="balance-time">
          {formatTime(first.at, { seconds })}
        </text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 4} textAnchor="end" className="balance-time">
          {formatTime(last.at, { seconds })}
        </text>
      </svg>
      <figcaption className="quiet">
        <span className="balance-key balance-key-actual" /> {t('alert.actual')}{' '}
        <span className="balance-key balance-key-expected" /> {t('alert.expected')}
      </figcaption>
    </figure>
  );
};

const Point = ({ x, y, should, faulty }: { x: number; y: number; should: number; faulty: boolean }) =>
  faulty ? (
    <g className="balance-faulty">
      {y !== should && <line x1={x} x2={x} y1={y} y2={should} />}
      <circle cx={x} cy={y} r="5" />
    </g>
  ) : (
    <circle className="balance-point" cx={x} cy={y} r="2.5" />
  );
