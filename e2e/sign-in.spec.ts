import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PIN } from '../electron/testing/operators.ts';
import { leaveFields, loseMoney, openAlert, openBooth, openTab, rowOf } from './support/booth.ts';
import { enterPin, expect, expectAccessible, picture, readCard, test, typeByHand } from './support/console.ts';
import { article, auditOf, hire, nameButton, openSettings, save, switchUser } from './support/operators.ts';

/* Who sits at a console: locks, changes of operator, and what goes on meanwhile. */
test.use({ seed: '62' });

// Each test finds Léa, whoever came first on this festival.
test.beforeEach(({ console: host }) => hire(host, ['Léa'], 'supervisor'));

test('a locked console shows and sounds on; acting asks for a PIN and then does what was wanted', async ({
  console: host,
  browser,
}) => {
  const booth = await openBooth(browser, host, 'booth-2', 'Nils');
  const { page } = booth;
  try {
    await loseMoney(host, 'LOCKED');
    await openAlert(page, 'LOCKED');
    await page.keyboard.press('Control+l');
    await expect(page.getByText(/^Locked since (?:\d{1,2} \D+)?\d\d:\d\d by Nils\./)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Locked: sign in' })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await picture(page, '65-locked');
    await expectAccessible(page);
    // What comes meanwhile comes; and a card is read.
    await loseMoney(host, '04B7D2E9');
    await expect(rowOf(page, '04B7D2E9')).toBeVisible();
    await leaveFields(page);
    await readCard(page, '04B7D2E9');
    await expect(page.getByRole('region', { name: 'What to tell the visitor' })).toBeVisible();

    // One click, one PIN, done: with a shortcut as well.
    await openAlert(page, 'LOCKED');
    await leaveFields(page);
    await page.keyboard.press('a');
    await expect(page.getByRole('radio', { name: /^Nils/ })).toBeChecked();
    await typeByHand(page, PIN);
    await page.keyboard.press('Enter');
    await expect(page.getByText('Acknowledged.')).toBeVisible();

    // A card that is read into the question for the PIN is no wrong PIN.
    await page.keyboard.press('Control+l');
    await page.getByRole('button', { name: 'Locked: sign in' }).click();
    await expect(page.getByRole('radio', { name: /^Nils/ })).toBeChecked();
    for (const end of ['Enter', 'Tab'] as const) {
      await readCard(page, '04B7D2E9', end);
      await expect(page.getByText('That was a card, not a PIN.')).toBeVisible();
      await expect(page.getByLabel('PIN', { exact: true })).toHaveValue('');
    }
    await enterPin(page);
    await expect(nameButton(page, 'Nils')).toBeVisible();

    // What was typed stays, and need not be typed twice.
    await article(page).getByRole('button', { name: 'Correct', exact: true }).click();
    await page.getByLabel('Reason').fill('The order failed at the bar.');
    await page.keyboard.press('Control+l');
    await page.getByRole('button', { name: /Apply correction/ }).click();
    await expect(page.getByRole('dialog', { name: 'Sign in' })).toBeVisible();
    await picture(page, '66-pin-over-correction');
    await page.keyboard.press('Escape');
    await expect(page.getByLabel('Reason')).toHaveValue('The order failed at the bar.');
    await expect(page.getByText('Sign in first.')).toBeVisible();
    await page.getByRole('button', { name: /Apply correction/ }).click();
    await expect(page.getByRole('radio', { name: /^Nils/ })).toBeChecked();
    await typeByHand(page, PIN);
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^Applied\. The card now holds/)).toBeVisible();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    expect(await auditOf(host, 'card:LOCKED')).toEqual(['correction']);

    // The palette locks and asks as well.
    await page.keyboard.press('Control+k');
    await typeByHand(page, 'Lock');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Locked: sign in' })).toBeVisible();
    await page.keyboard.press('Control+k');
    await typeByHand(page, 'Sign in');
    await page.keyboard.press('Enter');
    await enterPin(page);
    await expect(nameButton(page, 'Nils')).toBeVisible();
  } finally {
    await booth.leave();
  }
});

test('another person takes over in two seconds, and finds their name among many', async ({
  console: host,
  browser,
}) => {
  const booth = await openBooth(browser, host, 'booth-2', 'Nils');
  const { page } = booth;
  try {
    await hire(host, ['Ana'], 'operator');
    await switchUser(page, 'Nils');
    await page.getByRole('radio', { name: /^Ana/ }).check();
    await enterPin(page);
    await expect(nameButton(page, 'Ana')).toBeVisible();
    const took: number[] = [];
    // Back and forth, with the speed of a hand: the name, four digits, Enter.
    for (const [from, to] of [
      ['Ana', 'Nils'],
      ['Nils', 'Ana'],
      ['Ana', 'Nils'],
    ] as const) {
      const began = performance.now();
      await switchUser(page, from);
      await expect(page.getByRole('radio', { name: new RegExp(`^${to}`) })).toBeChecked();
      await typeByHand(page, PIN);
      await page.keyboard.press('Enter');
      await nameButton(page, to).waitFor();
      took.push(Math.round(performance.now() - began));
    }
    console.log(`    another person, from the click to the name, ms: ${took.join(', ')}`);

    const many = [
      'Élise',
      'Zoé',
      'Bruno',
      'Chloé',
      'David',
      'Farid',
      'Gaëlle',
      'Hugo',
      'Inès',
      'Jules',
      'Karim',
      'Lou',
    ];
    await hire(host, many, 'operator');
    await switchUser(page, 'Nils');
    const dialog = page.getByRole('dialog', { name: 'Switch user' });
    await expect(dialog.getByRole('radio', { name: /^Élise/ })).toBeAttached();
    await expect(dialog.getByRole('radio', { name: /^Ana/ })).toBeChecked();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await picture(page, '67-many-names');
    await expectAccessible(page);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await typeByHand(page, 'elise');
    await expect(dialog.getByRole('radio')).toHaveCount(1);
    await typeByHand(page, PIN);
    await page.keyboard.press('Enter');
    await expect(nameButton(page, 'Élise')).toBeVisible();

    await openSettings(page, 'This laptop');
    await page.getByLabel('Language', { exact: true }).selectOption('fr');
    await page.getByLabel('Thème', { exact: true }).selectOption('light');
    await page.getByLabel('Verrouiller en cas d’inactivité').selectOption('5');
    await page.getByRole('button', { name: 'Connecté : Élise. Changer' }).click();
    await page.getByRole('menuitem', { name: 'Changer d’utilisateur' }).click();
    await typeByHand(page, '9999');
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^Code PIN incorrect pour Nils\. Il reste 9 essais/)).toBeVisible();
    await picture(page, '68-switch-fr-light');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Verrouiller : déconnecter Élise' }).click();
    await expect(page.getByText(/^Verrouillé depuis (?:\d{1,2} \D+)?\d\d:\d\d par Élise\./)).toBeVisible();
    await page.getByRole('link', { name: 'Opérateurs' }).click();
    await expect(page.getByRole('region', { name: 'Opérateurs' })).toBeVisible();
    await picture(page, '69-locked-fr-light');
    await expectAccessible(page);
  } finally {
    await booth.leave();
  }
});

test('an idle console locks itself', async ({ console: host, browser }) => {
  const clock = makeClock();
  const booth = await clock.during(() => openBooth(browser, host, 'booth-2', 'Nils'));
  const { page } = booth;
  try {
    await openSettings(page, 'This laptop');
    await page.getByLabel('Lock when idle').selectOption({ label: 'after 5 minutes' });
    await loseMoney(host, 'IDLE');
    await openAlert(page, 'IDLE');
    // Somebody sets the laptop's clock: that is said, and nobody has been idle for it.
    clock.set(3_600_000);
    await expect(page.getByText('This laptop’s clock was set forward by 1 h.')).toBeVisible();
    await expect(page.getByText(/Locked since/)).toBeHidden();
    clock.set(0);
    await expect(page.getByText('This laptop’s clock was set forward')).toBeHidden();
    clock.shift(4 * 60_000);
    await article(page).getByRole('button', { name: 'Note', exact: true }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('Nobody answers at the bar.');
    clock.shift(10 * 60_000);
    await expect(page.getByText(/^Locked since (?:\d{1,2} \D+)?\d\d:\d\d: idle for 5 minutes\./)).toBeVisible();
    await expect(page.getByRole('dialog', { name: 'Add a note' })).toBeVisible();
    await save(page).click();
    await enterPin(page);
    await openTab(page, 'Timeline');
    await expect(article(page).getByText('Nobody answers at the bar.')).toBeVisible();
  } finally {
    await booth.leave();
  }
});

/** Consoles that are started with it have a clock that the test moves on, as if the laptop had slept, or sets. */
const makeClock = () => {
  const file = join(mkdtempSync(join(tmpdir(), 'regie-clock-')), 'shift');
  const moved = `import { readFileSync } from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    import os from 'node:os';
    const real = Date.now;
    const uptime = os.uptime;
    let [slept, set] = [0, 0];
    let readAt = -1000;
    Date.now = () => {
      if (performance.now() - readAt > 100) {
        readAt = performance.now();
        [slept, set] = JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8'));
      }
      return real() + slept + set;
    };
    os.uptime = () => uptime() + slept / 1000;
    syncBuiltinESMExports();`;
  const time = { slept: 0, set: 0 };
  const write = (change: Partial<typeof time>): void => {
    Object.assign(time, change);
    writeFileSync(`${file}.new`, JSON.stringify([time.slept, time.set]));
    renameSync(`${file}.new`, file);
  };
  write({});
  return {
    shift: (slept: number) => write({ slept }),
    set: (set: number) => write({ set }),
    during: async <T>(start: () => Promise<T>): Promise<T> => {
      process.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(moved)}`;
      try {
        return await start();
      } finally {
        delete process.env.NODE_OPTIONS;
      }
    },
  };
};
