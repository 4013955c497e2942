import type { LaptopsView } from '../../shared/contract/laptops.ts';
import type { EnrolledAs } from '../operations/laptops/laptops.ts';
import type { Site } from '../site/site.ts';
import type { DeviceKeys } from './device-keys.ts';

/** What this laptop is to the festival on screen. */
export type ThisLaptop = {
  /** Undefined where it is not enrolled, or was ended. */
  enrolledAs(): EnrolledAs | undefined;
  remember(as: EnrolledAs): void;
  view(): LaptopsView;
};

export const createThisLaptop = ({
  festival,
  keys,
}: {
  festival: () => Pick<Site, 'festivalId' | 'laptops'>;
  keys: DeviceKeys;
}): ThisLaptop => {
  const own = (): EnrolledAs | undefined => {
    const festivalId = festival().festivalId();
    return festivalId === undefined ? undefined : keys.read(festivalId);
  };
  const stateOf = (as: EnrolledAs | undefined): LaptopsView['state'] => {
    if (festival().festivalId() === undefined) return 'unknown';
    if (as === undefined) return 'missing';
    const laptops = festival().laptops();
    if (laptops === undefined) return 'enrolled';
    const listed = laptops.find(({ laptopId }) => laptopId === as.laptopId);
    return listed === undefined ? 'missing' : listed.endedAt === null ? 'enrolled' : 'ended';
  };
  return {
    enrolledAs: () => {
      const as = own();
      return stateOf(as) === 'enrolled' ? as : undefined;
    },
    remember: (as) => {
      const festivalId = festival().festivalId();
      if (festivalId !== undefined) keys.write(festivalId, as);
    },
    view: () => {
      const as = own();
      const festivalId = festival().festivalId();
      return {
        state: stateOf(as),
        laptopId: as?.laptopId ?? null,
        keptIn: (festivalId !== undefined && keys.keptIn(festivalId)) || null,
        laptops: festival().laptops() ?? null,
      };
    },
  };
};
