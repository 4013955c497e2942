import { answered, failed } from '../../shared/contract/errors.ts';
import type { laptopCalls } from '../../shared/contract/laptops.ts';
import { endLaptop, enrolLaptop, inviteLaptop } from '../operations/laptops/laptops.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const laptopHandlers = (parts: Parts): HandlersOf<typeof laptopCalls> => ({
  'laptops.get': () => answered(parts.laptop.view()),
  'laptops.invite': () =>
    whenReachable(parts, async () => {
      const by = parts.session.signatory();
      return by === null ? failed('not_signed_in') : inviteLaptop(parts.festival().database, by);
    }),
  'laptops.end': ({ laptopId }) =>
    whenReachable(parts, async () => {
      const by = parts.session.signatory();
      if (by === null) return failed('not_signed_in');
      if (parts.laptop.view().laptopId === laptopId) return failed('laptop_is_this');
      const answer = await endLaptop(parts.festival().database, by, { laptopId });
      await parts.festival().readLaptops();
      return answer;
    }),
  'laptops.enrol': (typed) =>
    whenReachable(parts, async () => {
      if (parts.laptop.view().state === 'enrolled') return failed('laptop_enrolled');
      const enrolled = await enrolLaptop(parts.festival().database, typed);
      if (!enrolled.ok) return enrolled;
      parts.laptop.remember(enrolled.value);
      await parts.festival().readLaptops();
      await parts.rename(enrolled.value.name);
      return answered({});
    }),
});
