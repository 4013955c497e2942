import { expect, it } from 'vitest';
import type { SystemLine } from '../../shared/domain/log-system.ts';
import { createLinkGaps } from './link-gaps.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 6, 3, 21, 0, second)).toISOString();
const open = () => {
  const written: SystemLine[] = [];
  const gaps = createLinkGaps({
    laptop: 'booth-2',
    copy: {
      add: (_, lines) => {
        written.push(...lines.map(({ line }) => line));
        return true;
      },
    },
  });
  return { gaps, said: () => written.map((line) => `${line.action} ${line.at}`) };
};

it('a gap of ten seconds is two lines, at the festival’s time, once the festival is back', () => {
  const { gaps, said } = open();
  gaps.changed({ state: 'connecting', since: at(0) }, 0);
  gaps.changed({ state: 'online', since: at(1) }, 2_000);
  gaps.changed({ state: 'degraded', since: at(2) }, 2_000);
  gaps.changed({ state: 'offline', since: at(3) }, 2_000);
  gaps.changed({ state: 'connecting', since: at(8) }, 2_000);
  gaps.changed({ state: 'offline', since: at(9) }, 2_000);
  expect(said()).toEqual([]);
  expect(gaps.changed({ state: 'online', since: at(13) }, 2_000)).toBe(true);
  expect(said()).toEqual([`link_lost ${at(5)}`, `link_back ${at(15)}`]);
  expect(gaps.changed({ state: 'online', since: at(13) }, 2_000)).toBe(false);
});

it('a shorter one is none', () => {
  const { gaps, said } = open();
  gaps.changed({ state: 'offline', since: at(3) }, 0);
  gaps.changed({ state: 'online', since: at(12) }, 0);
  expect(said()).toEqual([]);
});
