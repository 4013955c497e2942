import { z } from 'zod';
import { answered } from '../../shared/contract/errors.ts';
import { type reportCalls, signedReportSchema } from '../../shared/contract/reports.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const reportHandlers = (parts: Parts): HandlersOf<typeof reportCalls> => {
  const signed = () => parts.festival().cache.get('reports', z.array(signedReportSchema)) ?? [];
  return {
    'reports.get': async () => {
      const { reports } = parts.festival();
      const made = [...(await reports.made())];
      return answered({ folder: reports.folder, progress: reports.progress(), made, signed: signed() });
    },
    'report.make': (order) => whenReachable(parts, () => parts.festival().reports.make(order)),
    'report.cancel': () => {
      parts.festival().reports.cancel();
      return answered({});
    },
    'report.file': ({ sha256, ...how }) =>
      parts.festival().reports.piece(sha256, {
        ...how,
        signature: signed().find((one) => one.sha256 === sha256)?.signature ?? null,
      }),
  };
};
