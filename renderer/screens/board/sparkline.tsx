const [WIDTH, HEIGHT] = [48, 20];
/** The lowest share that the picture has room for: a fall of a few per cent has to be seen. */
const FLOOR = 0.8;

/** How a share went, oldest first; gaps where there was nothing to measure. A picture beside its figure. */
export const Sparkline = ({ points }: { points: readonly (number | null)[] }) => {
  const x = (index: number): number => (index / Math.max(1, points.length - 1)) * WIDTH;
  const y = (share: number): number => 1 + (1 - Math.max(0, share - FLOOR) / (1 - FLOOR)) * (HEIGHT - 2);
  const path = points.reduce<string>((line, share, index) => {
    if (share === null) return line;
    const before = points[index - 1] ?? null;
    return `${line}${before === null ? 'M' : 'L'}${x(index).toFixed(1)} ${y(share).toFixed(1)}`;
  }, '');
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={path} />
      {points.map((share, index) =>
        // One point between two gaps is no line.
        share !== null && (points[index - 1] ?? null) === null && (points[index + 1] ?? null) === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place in time
          <circle key={index} cx={x(index)} cy={y(share)} r="1.5" />
        ) : null,
      )}
    </svg>
  );
};
