/** The tills that serve visitors side by side, as many as are owed to the pace. */
export type Tills = {
  /** So many more visitors came; who waits beyond `atMost` goes home. */
  queue(visitors: number, atMost: number): void;
  sendHome(): void;
  /** Serves whoever waits. */
  serve(): void;
};

/** Tills that work at the same time; one connection more is left for faults. */
export const TILLS = 4;

export const createTills = (options: {
  /** One visitor does something. Never rejects. */
  act: () => Promise<void>;
  isOpen: () => boolean;
}): Tills => {
  let waiting = 0;
  let busy = 0;
  const serve = (): void => {
    while (waiting > 0 && busy < TILLS && options.isOpen()) {
      waiting -= 1;
      busy += 1;
      void options.act().finally(() => {
        busy -= 1;
        serve();
      });
    }
  };
  return {
    queue: (visitors, atMost) => {
      waiting = Math.min(waiting + visitors, atMost);
    },
    sendHome: () => {
      waiting = 0;
    },
    serve,
  };
};
