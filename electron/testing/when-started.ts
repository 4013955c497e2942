import { startupSnapshot } from 'node:v8';

/** Does what a program does: at once, or where it is frozen (bundle.ts), in each process that starts from it. */
export const whenStarted = (main: () => Promise<void>): void => {
  if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(() => void main());
  else void main();
};
