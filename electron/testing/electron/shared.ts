import { EventEmitter } from 'node:events';
import { type Deed, deedSchema, type Seen, setupSchema } from './messages.ts';

/* What the parts of the double have in common: how it was set up, and the line to the test. */
export const setup = setupSchema.parse(JSON.parse(process.env.REGIE_ELECTRON_DOUBLE ?? ''));

// An installed program has no script of its own on its command line.
if (setup.packaged) process.argv.splice(1, 1);

export const tell = (seen: Seen): void => {
  // Functions and objects of Electron do not travel; the test asks for what is data.
  process.send?.(JSON.parse(JSON.stringify(seen)));
};
/** A call of Electron's API that the test can ask for. */
export const called = (name: string, ...args: unknown[]): void => tell({ seen: 'call', name, args });

const deeds = new EventEmitter();
process.on('message', (message) => {
  const deed = deedSchema.parse(message);
  deeds.emit(deed.deed, deed);
});
// The test is over, or gone.
process.on('disconnect', () => process.exit(0));

export const onDeed = <Name extends Deed['deed']>(
  name: Name,
  listener: (deed: Extract<Deed, { deed: Name }>) => void,
): void => void deeds.on(name, listener);

/** An event that its listeners may prevent, as Electron hands it to them. */
export const preventable = (): { readonly preventDefault: () => void; readonly defaultPrevented: boolean } => {
  let prevented = false;
  return {
    preventDefault: () => {
      prevented = true;
    },
    get defaultPrevented() {
      return prevented;
    },
  };
};

let next = 1;
export const nextId = (): number => next++;
