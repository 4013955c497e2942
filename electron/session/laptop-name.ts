import { laptopNameSchema } from '../../shared/domain/operator.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';

/** A laptop's name: the one under which it was enrolled, before that its machine's. */
export const createLaptopName = (store: PreferenceStore, machine: string) => {
  const KEY = 'laptop-name';
  const current = (): string => store.read(KEY, laptopNameSchema) ?? machine;
  return {
    current,
    /** @returns whether it is another one than before */
    change: (name: string): boolean => {
      if (name === current()) return false;
      store.write(KEY, name);
      return true;
    },
  };
};
