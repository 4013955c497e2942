import { expect, it } from 'vitest';
import type { Noticed } from '../../buffer/trouble-copy.ts';
import { localIncident } from './local-alert.ts';

const noticed = (endedAt: string | null): Noticed => ({
  ...{
    number: 1,
    operationId: '01890000-0000-7000-8000-000000000001',
    kind: 'link_lost',
    subject: 'booth-2',
    facts: {},
  },
  ...{ startedAt: '2026-07-03T20:00:00.000Z', raisedAt: '2026-07-03T20:01:00.000Z', endedAt },
  ...{ acknowledged: null, recalledAt: null, eventId: null, local: true },
});

it('an alert of this laptop alone that is over says how long it lasted, as the festival’s do', () => {
  const notesOf = (endedAt: string | null) => localIncident(noticed(endedAt), [], 'booth-2').alert.lead.resolutionNotes;
  expect(notesOf(null)).toBeNull();
  expect(notesOf('2026-07-03T20:00:51.900Z')).toBe('Over after 00:00:51');
  expect(notesOf('2026-07-04T22:03:04.000Z')).toBe('Over after 26:03:04');
});
