import { answered, failed } from '../../shared/contract/errors.ts';
import type { teamCalls } from '../../shared/contract/team.ts';
import { MONEY_DETECTORS } from '../../shared/domain/silence.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import type { Preparations } from './submit.ts';

export const teamHandlers = (parts: Parts): HandlersOf<typeof teamCalls> => ({
  'team.get': () => answered(parts.festival().team.view(parts.session.operator())),
  'presence.show': ({ incidentId }) => {
    void parts.festival().presence.show(incidentId);
    return answered({});
  },
  'screen.visible': ({ visible }) => {
    parts.screen.visible(visible);
    return answered({});
  },
});

export const prepareTeam = (): Preparations => ({
  // Refused on the spot, with or without the network: money is never held back.
  'silence.start': (input) =>
    input.algorithm !== null && MONEY_DETECTORS.includes(input.algorithm) ? failed('silence_money') : answered(input),
});
