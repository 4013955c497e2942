/**
 * Runs the work once what was committed is really on the screen: the first frame draws it, the second comes after. A
 * hidden window draws no frames, so nothing is reported as seen there until somebody looks.
 * @returns how to call it off.
 */
export const afterPaint = (work: () => void): (() => void) => {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(work);
  });
  return () => cancelAnimationFrame(frame);
};
