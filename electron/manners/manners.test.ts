import { describe, expect, it } from 'vitest';
import type { SystemStatus } from '../../shared/contract/status.ts';
import { autostartEntry } from './autostart.ts';
import { closingQuestion } from './closing.ts';
import { addressOfLink, linkIn } from './deep-link.ts';
import { type MenuEntry, menuOf } from './menu.ts';
import { noticeOf } from './notice.ts';
import { type TrayFacts, trayView } from './tray-view.ts';

const at = '2026-07-03T21:00:00.000Z';

describe('the question before the console closes', () => {
  type Asked = Parameters<typeof closingQuestion>[0];
  const engine = (state: SystemStatus['engine']['state'], laptop = 'booth-1'): Asked['engine'] => ({
    ...{ state, since: at, laptop: 'booth-1', leader: { laptop, term: 3, since: at }, catchUp: null },
    ...{ lastCycleAt: at, lastCycleMs: 10, cycles: 1, skippedCycles: 0, detectors: [] },
    breaker: { state: 'closed', failures: 0, retryAt: null, lastErrors: [], hasWorked: true },
  });
  const other = { laptop: 'booth-2', operator: null, incidentId: null, seenAt: at };
  const ask = (status: Partial<Asked>, options: Partial<Parameters<typeof closingQuestion>[1]> = {}) =>
    closingQuestion(
      { engine: engine('standby', 'booth-2'), laptops: [other], waiting: 0, ...status },
      { training: false, tray: true, language: 'en', ...options },
    );
  const does = (question: ReturnType<typeof ask>) => question?.choices.map((choice) => choice.does);

  it('is not asked where nobody depends on this laptop and nothing waits, nor in the training festival', () => {
    expect(ask({})).toBeUndefined();
    expect(ask({ engine: engine('running'), waiting: 4 }, { training: true })).toBeUndefined();
  });

  it('offers to watch on or to hand over where this laptop leads, and names who takes over', () => {
    const question = ask({ engine: engine('running') });
    expect(question?.detail).toContain('booth-2');
    expect(question?.choices.map(({ label }) => label)).toEqual([
      ...['Keep watching in the background', 'Quit and hand over', 'Cancel'],
    ]);
    // A breaker that is open still leads.
    expect(does(ask({ engine: engine('breaker_open') }))).toEqual(['hide', 'quit', 'stay']);
  });

  it('says that nobody takes over where no other laptop is there', () => {
    const question = ask({ engine: engine('running'), laptops: [] }, { language: 'fr' });
    expect(question?.detail).toContain('plus rien n’est détecté');
    expect(question?.choices[1]?.label).toBe('Quitter');
  });

  it('says what waits, with or without the lead, and offers no tray to whoever quits from it', () => {
    expect(ask({ waiting: 1 })?.message).toBe('1 action has not reached the festival yet.');
    const both = ask({ engine: engine('running'), waiting: 2 }, { tray: false });
    expect(both?.detail).toContain('2 actions have not');
    expect(does(both)).toEqual(['quit', 'stay']);
  });
});

describe('the tray', () => {
  const facts: TrayFacts = {
    status: {
      link: { state: 'online', since: at, roundTripMs: 1, knownUpTo: at, reason: null, server: null },
      failure: null,
      stopped: null,
      canary: { lastDisplayedAt: at, blindSince: null, others: [] },
    },
    ...{ festival: 'Nuits du Lac', timeZone: 'Europe/Paris', open: 0, critical: 0, mutedUntil: null },
  };
  const view = (changes: Partial<TrayFacts>) => trayView({ ...facts, ...changes }, 'en');
  const link = (state: 'offline') => ({ ...facts.status, link: { ...facts.status.link, state } });

  it('says what is open, and when the sound comes back, in the festival’s time', () => {
    expect(view({})).toMatchObject({ icon: 'calm', words: 'Regie: Nuits du Lac, nothing open' });
    expect(view({ open: 2 })).toMatchObject({ icon: 'calm', words: 'Regie: Nuits du Lac, 2 open alerts' });
    expect(view({ open: 3, critical: 1 })).toMatchObject({
      icon: 'alert',
      words: 'Regie: Nuits du Lac, 1 critical alert',
    });
    expect(trayView({ ...facts, mutedUntil: at }, 'fr').mute).toBe('Rétablir le son (coupé jusqu’à 23:00)');
  });

  it('is never calm on old data', () => {
    expect(view({ status: link('offline') }).icon).toBe('unsure');
    expect(view({ status: { ...facts.status, canary: { ...facts.status.canary, blindSince: at } } }).icon).toBe(
      'unsure',
    );
    expect(view({ status: { ...facts.status, stopped: { at, by: 'a', on: 'b', reason: 'c' } } }).icon).toBe('unsure');
    // What was critical before the network went still is.
    expect(view({ status: link('offline'), open: 1, critical: 1 }).icon).toBe('alert');
  });
});

describe('a notification', () => {
  it('is as loud as its alert, and less where somebody looks or has muted', () => {
    const away = { muted: false, looking: false };
    expect(noticeOf('CRITICAL', away)).toMatchObject({
      urgency: 'critical',
      stays: true,
      acknowledges: true,
      silent: false,
    });
    expect(noticeOf('CRITICAL', { muted: true, looking: true })).toMatchObject({ silent: true });
    expect(noticeOf('HIGH', away)).toMatchObject({ urgency: 'normal', acknowledges: true, silent: true });
    expect(noticeOf('HIGH', { ...away, looking: true })).toBeUndefined();
    expect(noticeOf('MEDIUM', away)).toMatchObject({ urgency: 'low', acknowledges: false });
    expect(noticeOf('LOW', away)).toBeUndefined();
    expect(noticeOf('INFO', away)).toBeUndefined();
  });
});

describe('a link from outside', () => {
  it('opens a screen that shows something', () => {
    expect(addressOfLink('regie://alert/4711')).toBe('#/board/4711');
    expect(addressOfLink('regie://approvals')).toBe('#/approvals');
    expect(addressOfLink('regie://handover/')).toBe('#/handover');
  });

  it('opens nothing else', () => {
    for (const link of [
      ...['regie://alert/', 'regie://alert/x', "regie://alert/1');alert(1)//", 'regie://alert/1/2', 'regie://settings'],
      ...[
        'regie://settings/connection',
        'regie://approvals/1',
        'regie://a@approvals',
        'https://approvals',
        'regie:',
        'x',
      ],
    ]) {
      expect(addressOfLink(link)).toBeUndefined();
    }
  });

  it('is found on a command line', () => {
    expect(linkIn(['regie', '--data-dir', '/data', 'regie://approvals'])).toBe('regie://approvals');
    expect(linkIn(['regie', '--seed', '7'])).toBeUndefined();
  });
});

describe('the menu', () => {
  const flat = (entries: readonly MenuEntry[]): MenuEntry[] =>
    entries.flatMap((entry) =>
      entry !== 'separator' && 'entries' in entry ? [entry, ...flat(entry.entries)] : [entry],
    );
  const keys = (entries: readonly MenuEntry[]) =>
    flat(entries).flatMap((entry) => (entry !== 'separator' && 'key' in entry ? [entry.key] : []));
  const labels = (entries: readonly MenuEntry[]) =>
    flat(entries).flatMap((entry) => (entry === 'separator' ? [] : [entry.label]));

  it.each(['darwin', 'win32', 'linux'] as const)('has each key once and quits once on %s', (platform) => {
    const menu = menuOf(platform, 'en');
    expect(new Set(keys(menu)).size).toBe(keys(menu).length);
    expect(labels(menu).filter((label) => label === 'Quit Regie')).toHaveLength(1);
  });

  it('is the program’s own first on macOS, where the system has it', () => {
    expect(labels(menuOf('darwin', 'fr')).slice(0, 2)).toEqual(['Regie', 'À propos de Regie']);
    expect(labels(menuOf('linux', 'fr'))[0]).toBe('Fichier');
  });
});

describe('the file that starts a program at login', () => {
  it('holds its command whatever stands in it', () => {
    expect(autostartEntry(['/opt/Regie/regie', '--data-dir', '/a "b" $c %d\\e'])).toContain(
      String.raw`Exec="/opt/Regie/regie" "--data-dir" "/a \\"b\\" \\$c %%d\\\\e"`,
    );
    expect(() => autostartEntry(['/a\nExec=evil'])).toThrow('line break');
  });
});
