/** Runs `work` at once, then at most every `everyMs`; the last call is never lost. */
export const createThrottle = (work: () => void, everyMs = 500): { call(): void; close(): void } => {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const run = (): void => {
    again = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, everyMs);
    work();
  };
  return {
    call: () => {
      if (timer === undefined) run();
      else again = true;
    },
    close: () => clearTimeout(timer),
  };
};
