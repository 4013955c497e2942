/** A reader types without a pause; no hand does. */
const GAP_MS = 35;
const SHORTEST = 4;

/** Tells a card reader that types like a keyboard from a hand, by the times of the keys. */
export const createKeyBurst = () => {
  let at = Number.NEGATIVE_INFINITY;
  let keys = 0;
  return {
    /** @param timeStamp of the event, milliseconds */
    key: (timeStamp: number): void => {
      keys = timeStamp - at < GAP_MS ? keys + 1 : 1;
      at = timeStamp;
    },
    /** Whether the keys before this end were a reader's; the next ones are judged anew. */
    wasReader: (): boolean => {
      const were = keys >= SHORTEST;
      keys = 0;
      return were;
    },
  };
};
