import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createOperators, operatorIdOf, PIN } from '../electron/testing/operators.ts';
import type { Role } from '../shared/domain/rights.ts';
import { type Booth, loseMoney, openAlert, openBooth, rowOf } from './support/booth.ts';
import {
  asAdministrator,
  enterPin,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  type RunningConsole,
  readCard,
  test,
} from './support/console.ts';

/* Who works at the consoles: operators, roles, PINs, locks (docs/decisions/0013). */
test.use({ seed: '61' });

const article = (page: Page) => page.getByRole('article');
const panel = (page: Page) => page.getByRole('region', { name: 'Operators', exact: true });
const rowFor = (page: Page, name: string) => panel(page).getByRole('row', { name: new RegExp(`^${name}`) });
const nameButton = (page: Page, name: string) => page.getByRole('button', { name: `Signed in as ${name}. Change` });
const openSettings = (page: Page) => page.getByRole('link', { name: 'Settings' }).click();
const hire = (host: RunningConsole, names: readonly string[], role: Role) =>
  asAdministrator(host.dataDir, (client) => createOperators(client, names, role));
const auditOf = (host: RunningConsole, subject: string): Promise<string[]> =>
  asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query('select action from console.audit where subject = $1 order by seq', [subject]);
    return rows.map(({ action }) => action);
  });
const switchTo = async ({ page }: Booth, from: string, to: string, pin = PIN): Promise<void> => {
  await nameButton(page, from).click();
  await page.getByRole('radio', { name: new RegExp(`^${to}`) }).check();
  await enterPin(page, pin);
  await expect(nameButton(page, to)).toBeVisible();
};
const newPin = async (page: Page, label: string, pin: string, again = pin): Promise<void> => {
  await page.getByRole('dialog').getByLabel(label, { exact: true }).fill(pin);
  await page.getByRole('dialog').getByLabel('Repeat PIN').fill(again);
};
const save = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Save' });

// Each test finds Léa, whoever came first on this festival.
test.beforeEach(({ console: host }) => hire(host, ['Léa'], 'supervisor'));

test('a supervisor adds an operator, who signs in on another laptop, and everybody sees it', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  await openSettings(page);
  await expect(rowFor(page, 'Léa')).toContainText('supervisor');
  await panel(page).getByRole('button', { name: 'Add an operator' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('léa');
  await newPin(page, 'PIN', '12');
  await expect(page.getByText('At least 4 digits.')).toBeVisible();
  await newPin(page, 'PIN', '1357', '1358');
  await expect(page.getByText('The PINs do not match.')).toBeVisible();
  await expect(save(page)).toBeDisabled();
  await newPin(page, 'PIN', '1357');
  await save(page).click();
  await expect(page.getByText('This name is already in use.')).toBeVisible();
  await page.getByRole('dialog').getByLabel('Name').fill('Kim');
  await page.getByRole('radio', { name: /^technician/ }).check();
  await picture(page, '60-operator-new');
  await expectAccessible(page);
  await save(page).click();
  await expect(page.getByText('Kim saved.')).toBeVisible();
  await expect(rowFor(page, 'Kim')).toContainText('technician');

  // Kim goes to another laptop.
  const booth = await openBooth(browser, host, 'booth-2', 'Nils');
  try {
    await switchTo(booth, 'Nils', 'Kim', '1357');
    const laptops = page.getByRole('region', { name: 'Laptops on this festival' });
    await page.getByRole('button', { name: '2 laptops' }).click();
    await expect(laptops.getByText('Kim')).toBeVisible();
    await booth.page.keyboard.press('Control+l');
    await expect(laptops.getByText('nobody signed in')).toBeVisible();
    await booth.page.getByRole('button', { name: 'Locked: sign in' }).click();
    await enterPin(booth.page, '1357');
    await expect(laptops.getByText('Kim')).toBeVisible();
    expect(await auditOf(host, 'operator:Kim')).toEqual(expect.arrayContaining(['operator_saved', 'signed_in']));
  } finally {
    await booth.leave();
  }
});

test('a role and a PIN that are changed count at once on the laptop of whoever has them', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  await openSettings(page);
  await hire(host, ['Mia'], 'technician');
  const booth = await openBooth(browser, host, 'booth-2', 'Mia');
  try {
    await expect(rowFor(page, 'Mia')).toContainText('technician');
    await page.getByRole('button', { name: 'Change Mia' }).click();
    await page.getByRole('radio', { name: /^viewer/ }).check();
    await save(page).click();
    await expect(booth.page.getByText('A supervisor changed your role, Mia: you are now viewer.')).toBeVisible();

    // A new PIN ends what was signed in with the old one.
    await page.getByRole('button', { name: 'Change Mia' }).click();
    await newPin(page, 'New PIN', '8642');
    await picture(page, '61-operator-change');
    await save(page).click();
    await expect(booth.page.getByText(/^🔒 Mia was signed out at .* set a new PIN/)).toBeVisible();
    await booth.page.getByRole('button', { name: 'Locked: sign in' }).click();
    await enterPin(booth.page);
    await expect(booth.page.getByText('Wrong PIN for Mia. 9 attempts left.')).toBeVisible();
    await enterPin(booth.page, '8642');
    await expect(nameButton(booth.page, 'Mia')).toBeVisible();

    // Mia changes it to one of their own; the present one is asked for.
    await openSettings(booth.page);
    await booth.page.getByRole('button', { name: 'Change my PIN' }).click();
    await booth.page.getByLabel('Current PIN').fill('0000');
    await newPin(booth.page, 'New PIN', '97531');
    await save(booth.page).click();
    await expect(booth.page.getByText('Wrong PIN for Mia. 9 attempts left.')).toBeVisible();
    await booth.page.getByLabel('Current PIN').fill('8642');
    await save(booth.page).click();
    await expect(booth.page.getByText('PIN changed on all laptops.')).toBeVisible();
    // A viewer reads the list and changes nothing; without the network nobody does.
    await expect(panel(booth.page).getByText('Only supervisors can add and change operators.')).toBeVisible();
    await expect(panel(booth.page).getByRole('button', { name: /^(Add|Change (?!my))/ })).toHaveCount(0);
    booth.proxy.cut();
    await expect(panel(booth.page).getByText('Changes need a connection.')).toBeVisible();
    await expect(rowFor(booth.page, 'Mia')).toContainText('viewer');
    await expect(booth.page.getByRole('button', { name: 'Change my PIN' })).toBeDisabled();
    await picture(booth.page, '62-operators-offline');
    await expectAccessible(booth.page);
    booth.proxy.forward();
    await expect(panel(booth.page).getByText('Changes need a connection.')).toBeHidden();
    expect(await auditOf(host, 'operator:Mia')).toEqual(
      expect.arrayContaining(['operator_saved', 'signed_in', 'pin_changed']),
    );
  } finally {
    await booth.leave();
  }
});

test('who loses access is signed out with the reason, and is not among the names any more', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  await openSettings(page);
  await hire(host, ['Tom'], 'viewer');
  const booth = await openBooth(browser, host, 'booth-2', 'Nils');
  try {
    await switchTo(booth, 'Nils', 'Tom');
    await page.getByRole('button', { name: 'Change Tom' }).click();
    await page.getByLabel('Remove access').check();
    await save(page).click();
    await expect(
      booth.page.getByText(/^🔒 Tom was signed out at .*: a supervisor removed their access\./),
    ).toBeVisible();
    await picture(booth.page, '63-signed-out');
    await expectAccessible(booth.page);
    await booth.page.getByRole('button', { name: 'Locked: sign in' }).click();
    await expect(booth.page.getByRole('radio', { name: /^Nils/ })).toBeChecked();
    await expect(booth.page.getByRole('radio', { name: /^Tom/ })).toHaveCount(0);
    await expect(rowFor(page, 'Tom')).toContainText('cannot sign in');
    await picture(page, '64-operators');
    await expectAccessible(page);
  } finally {
    await booth.leave();
  }
});

test('the last supervisor stays one', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await openSettings(page);
  await asAdministrator(host.dataDir, (client) =>
    client.query(`update console.operators set role = 'operator' where name <> 'Léa'`),
  );
  await page.getByRole('button', { name: 'Change Léa' }).click();
  await expect(page.getByLabel('New PIN')).toHaveCount(0);
  await page.getByRole('radio', { name: /^viewer/ }).check();
  await save(page).click();
  await expect(page.getByText('This is the last supervisor. Appoint another one first.')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
});

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
    await expect(page.getByText(/^🔒 Locked since (?:\d{1,2} \D+)?\d\d:\d\d by Nils\./)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Locked: sign in' })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await picture(page, '65-locked');
    await expectAccessible(page);
    // What comes meanwhile comes; and a card is read.
    await loseMoney(host, '04B7D2E9');
    await expect(rowOf(page, '04B7D2E9')).toBeVisible();
    await page.getByRole('heading', { name: 'Board' }).click();
    await readCard(page, '04B7D2E9');
    await expect(page.getByRole('region', { name: 'What to tell the visitor' })).toBeVisible();

    // One click, one PIN, done: with a shortcut as well.
    await openAlert(page, 'LOCKED');
    await page.getByRole('heading', { name: 'Board' }).click();
    await page.keyboard.press('a');
    await expect(page.getByRole('radio', { name: /^Nils/ })).toBeChecked();
    await page.keyboard.type(PIN, { delay: 60 });
    await page.keyboard.press('Enter');
    await expect(page.getByText('Acknowledged.')).toBeVisible();

    // A card that is read into the question for the PIN is no wrong PIN.
    await page.keyboard.press('Control+l');
    await page.getByRole('button', { name: 'Locked: sign in' }).click();
    await expect(page.getByRole('radio', { name: /^Nils/ })).toBeChecked();
    await readCard(page, '04B7D2E9');
    await expect(page.getByText('That was a card, not a PIN.')).toBeVisible();
    await enterPin(page);
    await expect(nameButton(page, 'Nils')).toBeVisible();

    // What was typed stays, and nobody types it twice.
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
    await page.keyboard.type(PIN, { delay: 60 });
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^Applied\. The card now holds/)).toBeVisible();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    expect(await auditOf(host, 'card:LOCKED')).toEqual(['correction']);

    // The palette locks and asks as well.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Lock');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Locked: sign in' })).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Sign in');
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
    await nameButton(page, 'Nils').click();
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
      await nameButton(page, from).click();
      await expect(page.getByRole('radio', { name: new RegExp(`^${to}`) })).toBeChecked();
      await page.keyboard.type(PIN, { delay: 120 });
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
    await nameButton(page, 'Nils').click();
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
    await page.keyboard.type('elise', { delay: 60 });
    await expect(dialog.getByRole('radio')).toHaveCount(1);
    await page.keyboard.type(PIN, { delay: 60 });
    await page.keyboard.press('Enter');
    await expect(nameButton(page, 'Élise')).toBeVisible();

    await openSettings(page);
    await page.getByLabel('Language', { exact: true }).selectOption('fr');
    await page.getByLabel('Thème', { exact: true }).selectOption('light');
    await page.getByLabel('Verrouiller en cas d’inactivité').selectOption('5');
    await page.getByRole('button', { name: 'Connecté : Élise. Changer' }).click();
    await page.keyboard.type('9999', { delay: 30 });
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^Code PIN incorrect pour Nils\. Il reste 9 essais/)).toBeVisible();
    await picture(page, '68-switch-fr-light');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Verrouiller : déconnecter Élise' }).click();
    await expect(page.getByText(/^🔒 Verrouillé depuis (?:\d{1,2} \D+)?\d\d:\d\d par Élise\./)).toBeVisible();
    await page.getByRole('region', { name: 'Opérateurs' }).scrollIntoViewIfNeeded();
    await picture(page, '69-locked-fr-light');
    await expectAccessible(page);
  } finally {
    await booth.leave();
  }
});

test('a console that nobody touches locks by itself', async ({ console: host, browser }) => {
  const clock = makeClock();
  const booth = await clock.during(() => openBooth(browser, host, 'booth-2', 'Nils'));
  const { page } = booth;
  try {
    await openSettings(page);
    await page.getByLabel('Lock when idle').selectOption({ label: 'after 5 minutes' });
    await loseMoney(host, 'IDLE');
    await openAlert(page, 'IDLE');
    clock.shift(4 * 60_000);
    await article(page).getByRole('button', { name: 'Note', exact: true }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('Nobody answers at the bar.');
    clock.shift(10 * 60_000);
    await expect(page.getByText(/^🔒 Locked since (?:\d{1,2} \D+)?\d\d:\d\d: idle for 5 minutes\./)).toBeVisible();
    await expect(page.getByRole('dialog', { name: 'Add a note' })).toBeVisible();
    await save(page).click();
    await enterPin(page);
    await expect(article(page).getByText('Nobody answers at the bar.')).toBeVisible();
  } finally {
    await booth.leave();
  }
});

test('what a role may not do is not offered, by mouse and by keyboard', async ({ console: host, browser }) => {
  await asRole('technician', async (page) => {
    await loseMoney(host, 'ROLES');
    await openAlert(page, 'ROLES');
    const correct = article(page).getByRole('button', { name: 'Correct', exact: true });
    await expect(correct).toBeDisabled();
    await expect(correct).toHaveAccessibleDescription(
      'Only for: supervisor or operator. You are signed in as technician.',
    );
    await picture(page, '70-technician');
    await expectAccessible(page);
    await correct.click({ force: true });
    await expect(page.getByRole('status').getByText(/^Only for: supervisor or operator/)).toBeVisible();
    await page.getByRole('heading', { name: 'Board' }).click();
    await page.keyboard.press('c');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await article(page).getByRole('button', { name: 'Acknowledge' }).click();
    await expect(page.getByText('Acknowledged.')).toBeVisible();
    await openSettings(page);
    await expect(
      page
        .getByRole('region', { name: 'Escalation' })
        .getByRole('paragraph')
        .filter({ hasText: 'You are signed in as technician.' }),
    ).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add a contact' })).toBeDisabled();
  });
  await asRole('viewer', async (page) => {
    await openAlert(page, 'ROLES');
    for (const name of ['Assign to me', 'Note', 'Snooze', 'False positive', 'Resolve']) {
      await expect(article(page).getByRole('button', { name: new RegExp(`^${name}`) })).toBeDisabled();
    }
    await page.getByRole('heading', { name: 'Board' }).click();
    await page.keyboard.press('n');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('link', { name: 'Handover' }).click();
    await expect(page.getByRole('button', { name: 'Offer handover' })).toBeDisabled();
    await page.getByRole('button', { name: /^Detecting|^Engine/ }).click();
    await expect(page.getByRole('button', { name: 'Run a cycle now' })).toBeDisabled();
    await picture(page, '71-viewer');
    await expectAccessible(page);
  });

  async function asRole(role: Role, act: (page: Page) => Promise<void>): Promise<void> {
    const name = `A ${role}`;
    await hire(host, [name], role);
    const booth = await openBooth(browser, host, 'booth-2', name);
    try {
      await act(booth.page);
    } finally {
      await booth.leave();
    }
  }
});

test('ten wrong PINs lock, over kill -9, until a supervisor on another laptop unlocks', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  await hire(host, ['Ada'], 'operator');
  const booth = await openBooth(browser, host, 'booth-2', 'Ada');
  try {
    await booth.page.keyboard.press('Control+l');
    await booth.page.getByRole('button', { name: 'Locked: sign in' }).click();
    for (let left = 9; left > 0; left -= 1) {
      await enterPin(booth.page, '0000');
      await expect(booth.page.getByText(new RegExp(`Ada\\. ${left} attempts? left`))).toBeVisible();
    }
    await enterPin(booth.page, '0000');
    await lockedOut(booth);
    await picture(booth.page, '72-locked-out');
    await expectAccessible(booth.page);
    await booth.running.stop('SIGKILL');
    await booth.restart();
    await booth.page.getByRole('radio', { name: /^Ada/ }).check();
    await lockedOut(booth);
    // The right PIN does not help, not even past the screen.
    expect(
      await booth.page.evaluate(
        ([operatorId, pin]) =>
          new Promise((resolve) => {
            const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/socket`);
            socket.onopen = () =>
              socket.send(JSON.stringify({ id: 1, call: 'session.signIn', input: { operatorId, pin } }));
            socket.onmessage = ({ data }) => {
              const { answer } = JSON.parse(String(data));
              if (answer) resolve(answer.error?.code);
            };
          }),
        [operatorIdOf('Ada'), PIN],
      ),
    ).toBe('operator_locked');

    await openSettings(page);
    await expect(rowFor(page, 'Ada')).toContainText(/locked until (?:\d{1,2} \D+)?\d\d:\d\d/);
    await rowFor(page, 'Ada').scrollIntoViewIfNeeded();
    await picture(page, '73-unlock');
    await page.getByRole('button', { name: 'Unlock Ada' }).click();
    await expect(page.getByText('Ada can sign in again.')).toBeVisible();
    await expect(rowFor(page, 'Ada')).toContainText('can sign in');
    await expect(booth.page.getByText(/^Too many wrong PINs/)).toBeHidden();
    await enterPin(booth.page);
    await expect(nameButton(booth.page, 'Ada')).toBeVisible();
    // A lock that ends by itself says so by itself.
    await booth.page.keyboard.press('Control+l');
    await asAdministrator(host.dataDir, (client) =>
      client.query(
        `update console.operators set failures = 10, locked_until = now() + interval '8 seconds' where name = 'Ada'`,
      ),
    );
    await booth.page.getByRole('button', { name: 'Locked: sign in' }).click();
    await lockedOut(booth);
    await expect(booth.page.getByText(/^Too many wrong PINs/)).toBeHidden();
    await enterPin(booth.page);
    await expect(nameButton(booth.page, 'Ada')).toBeVisible();
    const actions = await auditOf(host, 'operator:Ada');
    expect(actions.filter((action, at) => action !== actions[at - 1])).toEqual([
      'signed_in',
      'operator_locked',
      'operator_saved',
      'signed_in',
    ]);
  } finally {
    await booth.leave();
  }

  async function lockedOut({ page: there }: Booth): Promise<void> {
    await expect(
      there.getByText(/^Too many wrong PINs: Ada is locked until (?:\d{1,2} \D+)?\d\d:\d\d\./),
    ).toBeVisible();
    await expect(there.getByText(/locked until (?:\d{1,2} \D+)?\d\d:\d\d$/)).toBeVisible();
    await expect(there.getByRole('dialog').getByRole('button', { name: 'Sign in' })).toBeDisabled();
  }
});

/** Consoles that are started with it have a clock that the test moves on, as if the laptop had slept. */
const makeClock = () => {
  const file = join(mkdtempSync(join(tmpdir(), 'regie-clock-')), 'shift');
  const moved = `import { readFileSync } from 'node:fs';
    const real = Date.now;
    let shift = 0;
    let readAt = -1000;
    Date.now = () => {
      if (performance.now() - readAt > 100) {
        readAt = performance.now();
        shift = Number(readFileSync(${JSON.stringify(file)}, 'utf8'));
      }
      return real() + shift;
    };`;
  const shift = (ms: number): void => writeFileSync(file, String(ms));
  shift(0);
  return {
    shift,
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
