import type { Page } from '@playwright/test';
import { operatorIdOf, PIN } from '../electron/testing/operators.ts';
import type { Role } from '../shared/domain/rights.ts';
import {
  type Booth,
  borrowBooth,
  chooseInAlert,
  leaveFields,
  loseMoney,
  openAlert,
  openBooth,
} from './support/booth.ts';
import { asAdministrator, enterPin, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';
import { article, auditOf, hire, nameButton, openSettings, save, switchTo } from './support/operators.ts';

/* The operators of a festival: their roles, PINs and rights (docs/decisions/0013). */
test.use({ seed: '61' });

const panel = (page: Page) => page.getByRole('region', { name: 'Operators', exact: true });
const rowFor = (page: Page, name: string) => panel(page).getByRole('row', { name: new RegExp(`^${name}`) });
const newPin = async (page: Page, label: string, pin: string, again = pin): Promise<void> => {
  await page.getByRole('dialog').getByLabel(label, { exact: true }).fill(pin);
  await page.getByRole('dialog').getByLabel('Repeat PIN').fill(again);
};

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
  const booth = await borrowBooth(browser, host, 'booth-2', 'Nils');
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
    await expect
      .poll(() => auditOf(host, 'operator:Kim'))
      .toEqual(expect.arrayContaining(['operator_saved', 'signed_in']));
  } finally {
    await booth.leave();
  }
});

test('a changed role and PIN take effect at once on their owner’s laptop', async ({ page, console: host, browser }) => {
  await openSignedIn(page, host.address);
  await openSettings(page);
  await hire(host, ['Mia'], 'technician');
  const booth = await borrowBooth(browser, host, 'booth-2', 'Mia');
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
    await expect(booth.page.getByText(/^Mia was signed out at .*: the PIN was changed/)).toBeVisible();
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
    // A viewer reads the list and changes nothing; without the network, no role does.
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
    await expect
      .poll(() => auditOf(host, 'operator:Mia'))
      .toEqual(expect.arrayContaining(['operator_saved', 'signed_in', 'pin_changed']));
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
  const booth = await borrowBooth(browser, host, 'booth-2', 'Nils');
  try {
    await switchTo(booth, 'Nils', 'Tom');
    await page.getByRole('button', { name: 'Change Tom' }).click();
    await page.getByLabel('Remove access').check();
    await save(page).click();
    await expect(booth.page.getByText(/^Tom was signed out at .*: a supervisor removed their access\./)).toBeVisible();
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
    await leaveFields(page);
    await page.keyboard.press('c');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await chooseInAlert(page, 'Acknowledge');
    await expect(page.getByText('Acknowledged.')).toBeVisible();
    await openSettings(page, 'Escalation');
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
    for (const name of ['Assign to me', 'Note']) {
      await expect(article(page).getByRole('button', { name: new RegExp(`^${name}`) })).toBeDisabled();
    }
    await article(page).getByRole('button', { name: 'More actions' }).click();
    for (const name of ['Snooze', 'False positive', 'Resolve']) {
      const item = page.getByRole('menuitem', { name: new RegExp(`^${name}`) });
      await expect(item).toBeDisabled();
      await expect(item).toContainText('Only for: supervisor');
    }
    await page.keyboard.press('Escape');
    await leaveFields(page);
    await page.keyboard.press('n');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('link', { name: 'Handover' }).click();
    await expect(page.getByRole('button', { name: 'Offer handover' })).toBeDisabled();
    await page.getByRole('button', { name: /^Live/ }).click();
    await expect(page.getByRole('button', { name: 'Run a cycle now' })).toBeDisabled();
    await picture(page, '71-viewer');
    await expectAccessible(page);
  });

  async function asRole(role: Role, act: (page: Page) => Promise<void>): Promise<void> {
    const name = `A ${role}`;
    await hire(host, [name], role);
    const booth = await borrowBooth(browser, host, 'booth-2', name);
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
  const booth = await borrowBooth(browser, host, 'booth-2', 'Ada');
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
            // The tab's own secret lets it in (renderer/entry.ts).
            const offer = `session.${sessionStorage.getItem('regie-session')}`;
            const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/socket`, ['regie', offer]);
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
    // A lock that expires says so without a refresh.
    await booth.page.keyboard.press('Control+l');
    const lockFor = (time: string) =>
      asAdministrator(host.dataDir, (client) =>
        client.query(
          `update console.operators set failures = 10, locked_until = now() + $1::interval where name = 'Ada'`,
          [time],
        ),
      );
    await lockFor('1 hour');
    await booth.page.getByRole('button', { name: 'Locked: sign in' }).click();
    await lockedOut(booth);
    await lockFor('5 seconds');
    await expect(booth.page.getByText(/^Too many wrong PINs/)).toBeHidden();
    await enterPin(booth.page);
    await expect(nameButton(booth.page, 'Ada')).toBeVisible();
    const actions = async () => {
      const all = await auditOf(host, 'operator:Ada');
      return all.filter((action, at) => action !== all[at - 1]);
    };
    await expect.poll(actions).toEqual(['signed_in', 'operator_locked', 'operator_saved', 'signed_in']);
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

test('a restored backup is said until a supervisor accepts what is gone, with a reason', async ({
  console: host,
  browser,
}) => {
  const booth = await openBooth(browser, host, 'booth-4', 'Léa');
  const { page } = booth;
  const administrator = (statement: string) => asAdministrator(host.dataDir, (client) => client.query(statement));
  try {
    await expect
      .poll(
        async () =>
          (await administrator(`select audit_seq > 1 as seen from console.laptops where laptop = 'booth-4'`)).rows,
      )
      .toEqual([{ seen: true }]);
    await booth.goOffline();
    await administrator(`delete from console.audit where seq > 1;
      update console.audit_head set (seq, hash) = (select seq, hash from console.audit);
      update console.laptops set audit_seq = null, audit_hash = null`);
    booth.proxy.forward();
    const gone = page.getByText('the audit trail is not the one that this laptop has seen');
    await expect(gone).toBeVisible();
    await openSettings(page, 'Audit');
    const trail = page.getByRole('region', { name: 'Audit trail' });
    const accept = trail.getByRole('button', { name: 'Go on from here' });
    await expect(accept).toBeDisabled();
    await trail.getByLabel('Why are rows gone?').fill('restored from last night');
    await picture(page, '75-audit-lost');
    await expectAccessible(page);
    await accept.click();
    await expect(page.getByText('Accepted, and written on the audit trail.')).toBeVisible();
    await expect(gone).toBeHidden();
    await expect(accept).toBeHidden();
    await trail.getByRole('button', { name: 'Verify the audit trail' }).click();
    await expect(trail.getByText(/^Intact:/)).toBeVisible();
    expect(await auditOf(host, 'audit')).toEqual(['audit_accepted']);
  } finally {
    await booth.leave();
  }
});
