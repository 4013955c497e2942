/**
 * Runs the work once the next frame is painted: the first message after a frame's callbacks comes then. Where no frame is drawn,
 * nobody looks.
 * @returns how to call it off
 */
export const afterFrame = (work: () => void): (() => void) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = work;
  const frame = requestAnimationFrame(() => port2.postMessage(null));
  return () => {
    cancelAnimationFrame(frame);
    port1.close();
  };
};
