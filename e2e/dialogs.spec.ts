import type { Page } from '@playwright/test';
import { PIN } from '../electron/testing/operators.ts';
import { leaveFields, loseMoney, openAlert, openTab } from './support/booth.ts';
import { asAdministrator, expect, openSignedIn, signIn, test, typeByHand } from './support/console.ts';
import { openSettings } from './support/operators.ts';

/* Dialogs: where the focus goes when their contents come late, and what a closed one leaves behind. */
test.use({ seed: '67' });

/** Keeps the answers to a call on their way until they are let through. Route it before the page is opened. */
const holdAnswers = async (page: Page) => {
  let held: string | null = null;
  let through: (() => void)[] = [];
  await page.routeWebSocket(/\/socket$/, (socket) => {
    const core = socket.connectToServer();
    const ids = new Set<number>();
    socket.onMessage((message) => {
      const { id, call } = JSON.parse(String(message));
      if (call === held) ids.add(id);
      core.send(message);
    });
    core.onMessage((message) => {
      const { id } = JSON.parse(String(message));
      if (ids.delete(id) && held !== null) through.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  return {
    hold: (call: string): void => {
      held = call;
    },
    /** How many answers are held. */
    count: (): number => through.length,
    letThrough: (): void => {
      held = null;
      for (const send of through) send();
      through = [];
    },
  };
};
const dialog = (page: Page) => page.getByRole('dialog');
const close = (page: Page) => dialog(page).getByRole('button', { name: 'Close' });

test('the first start and the sign-in wait for their fields with nothing that Enter closes', async ({
  page,
  console: host,
}) => {
  const answers = await holdAnswers(page);
  answers.hold('operators.get');
  await page.goto(host.address);
  await expect(dialog(page)).toBeVisible();
  await expect.poll(answers.count).toBeGreaterThan(0);
  await expect(close(page)).not.toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await expect(dialog(page)).toBeVisible();
  answers.letThrough();
  await expect(page.getByLabel('Your name')).toBeFocused();
  await signIn(page, 'Léa');

  await page.keyboard.press('Control+l');
  answers.hold('operators.get');
  await page.reload();
  await page.getByRole('button', { name: 'Locked: sign in' }).click();
  await expect.poll(answers.count).toBeGreaterThan(0);
  await expect(close(page)).not.toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeVisible();
  answers.letThrough();
  await expect(page.getByLabel('PIN', { exact: true })).toBeFocused();
  await typeByHand(page, PIN);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Signed in as Léa. Change' })).toBeVisible();
  await expect(dialog(page)).toHaveCount(0);
});

test('a dialog has the focus as soon as it is there: no key of whoever types on is lost', async ({
  page,
  console: host,
}) => {
  await openSignedIn(page, host.address);
  await page.keyboard.press('Control+l');
  await expect(page.getByRole('button', { name: 'Locked: sign in' })).toBeVisible();
  const focused = page.evaluate(
    () =>
      new Promise<string | null | undefined>((resolve) => {
        const seen = new MutationObserver(() => {
          if (document.querySelector('[role=dialog] input[type=password]') === null) return;
          seen.disconnect();
          resolve(document.activeElement?.getAttribute('type'));
        });
        seen.observe(document.body, { childList: true, subtree: true });
      }),
  );
  await page.getByRole('button', { name: 'Locked: sign in' }).click();
  expect(await focused).toBe('password');
  await signIn(page, 'Léa');
});

test('the fields of a connection appear once, with what is saved, and are not renewed under whoever types', async ({
  page,
  console: host,
}) => {
  const answers = await holdAnswers(page);
  await openSignedIn(page, host.address);
  answers.hold('connection.get');
  await openSettings(page, 'Connection');
  await expect.poll(answers.count).toBe(1);
  await expect(page.getByRole('heading', { name: 'Connection', exact: true })).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toHaveCount(0);
  answers.letThrough();
  await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
});

test('focus that was moved before the fields appear stays where it is', async ({ page, console: host }) => {
  const answers = await holdAnswers(page);
  await openSignedIn(page, host.address);
  await page.keyboard.press('Control+l');
  answers.hold('operators.get');
  await page.reload();
  await page.getByRole('button', { name: 'Locked: sign in' }).click();
  await expect(dialog(page)).toBeVisible();
  await expect.poll(answers.count).toBeGreaterThan(0);
  await page.keyboard.press('Tab');
  await expect(close(page)).toBeFocused();
  answers.letThrough();
  await expect(page.getByLabel('PIN', { exact: true })).toBeVisible();
  await expect(close(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  await signIn(page, 'Léa');
});

test('the correction waits for its figures with nothing that Enter closes', async ({ page, console: host }) => {
  const answers = await holdAnswers(page);
  await openSignedIn(page, host.address);
  await loseMoney(host, 'LATE');
  await expect(page.getByRole('button', { name: /Card LATE lost/ })).toBeVisible();
  await openAlert(page, 'LATE');
  answers.hold('card.look');
  await leaveFields(page);
  await page.keyboard.press('c');
  await expect(dialog(page)).toBeVisible();
  await expect(close(page)).not.toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeVisible();
  answers.letThrough();
  // Kind and amount are proposed: the reason is what is left to type.
  await expect(page.getByLabel('Reason')).toBeFocused();
  await page.getByLabel('Reason').fill('The order failed at the bar.');
  await asAdministrator(host.dataDir, (client) =>
    client.query("update table_cards set amount = amount - 0.37 where id = 'LATE'"),
  );
  const apply = page.getByRole('button', { name: /Apply correction/ });
  await apply.press('Enter');
  await expect(page.getByText(/The figures have changed/)).toBeVisible();
  await expect(apply).toBeDisabled();
  // Until today's are here, nothing can be applied on the former ones.
  answers.hold('card.look');
  await page.getByRole('button', { name: 'Use current figures' }).click();
  await expect.poll(answers.count).toBe(1);
  await expect(apply).toBeDisabled();
  answers.letThrough();
  await expect(page.getByText(/The figures have changed/)).toHaveCount(0);
  await apply.press('Enter');
  await expect(page.getByText(/^Applied\. The card now holds/)).toBeVisible();
  // The field that had the focus is gone: the next Enter presses nothing.
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Applied\. The card now holds/)).toBeVisible();
  await close(page).last().click();
});

test('what a closed dialog waited for closes no other one', async ({ page, console: host }) => {
  const answers = await holdAnswers(page);
  await openSignedIn(page, host.address);
  await loseMoney(host, 'TWICE');
  await expect(page.getByRole('button', { name: /Card TWICE lost/ })).toBeVisible();
  await openAlert(page, 'TWICE');
  await openTab(page, 'Timeline');
  const detail = page.getByRole('article');
  answers.hold('alert.note');
  await detail.getByRole('button', { name: 'Note', exact: true }).click();
  await dialog(page).getByRole('textbox').fill('Nobody answers at the bar.');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect.poll(answers.count).toBe(1);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await detail.getByRole('button', { name: 'Note', exact: true }).click();
  await expect(dialog(page).getByRole('textbox')).toHaveValue('');
  await dialog(page).getByRole('textbox').fill('They do now.');
  answers.letThrough();
  // Behind the open dialog, and hidden from whoever listens to the screen until it is closed.
  const behind = page.getByRole('article', { includeHidden: true });
  await expect(behind.getByText('Nobody answers at the bar.')).toBeAttached();
  await expect(dialog(page).getByRole('textbox')).toHaveValue('They do now.');
  await page.keyboard.press('Escape');
  // What was not sent is still there; the next screen has no dialog of this one.
  await detail.getByRole('button', { name: 'Note', exact: true }).click();
  await expect(dialog(page).getByRole('textbox')).toHaveValue('They do now.');
  await page.evaluate(() => {
    location.hash = '#/health';
  });
  await expect(dialog(page)).toHaveCount(0);
});
