import { beforeAll, expect, it } from 'vitest';
import { anEvent } from '../shared/testing/alerts.ts';
import { i18n, loadLanguage } from './i18n.ts';
import { sentenceOf } from './sentence.ts';

beforeAll(async () => {
  await Promise.all([loadLanguage('en'), loadLanguage('fr')]);
});

it('writes figures as the language of the screen does', async () => {
  const spike = anEvent({
    algorithm: 'system_failure_spike',
    facts: { failure_rate_percent: 10.08, time_window_minutes: 15, failed_transactions: 1_250 },
  });
  await i18n.changeLanguage('fr');
  expect(sentenceOf(spike)).toMatch(/^10,08\s%.*15\smin \(1\s250\)$/);
  await i18n.changeLanguage('en');
  expect(sentenceOf(spike)).toBe('10.08% of transactions failed in the last 15 min (1,250)');
});

it('says by how much a clock is off as people do', async () => {
  const off = anEvent({ algorithm: 'clock_off', facts: { laptop: 'booth-1', off_seconds: 86_400 } });
  await i18n.changeLanguage('fr');
  expect(sentenceOf(off)).toMatch(/^L’horloge de booth-1 est décalée de 1\sjour$/);
  await i18n.changeLanguage('en');
  expect(sentenceOf(off)).toBe('The clock of booth-1 is off by 1 day');
});
