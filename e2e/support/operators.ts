import type { Page } from '@playwright/test';
import { createOperators, PIN } from '../../electron/testing/operators.ts';
import type { Role } from '../../shared/domain/rights.ts';
import type { Booth } from './booth.ts';
import { asAdministrator, enterPin, expect, type RunningConsole } from './console.ts';

/** The button of whoever is signed in. */
export const nameButton = (page: Page, name: string) =>
  page.getByRole('button', { name: `Signed in as ${name}. Change` });
/** Asks who is there, from the menu of whoever is. */
export const switchUser = async (page: Page, from: string): Promise<void> => {
  await nameButton(page, from).click();
  await page.getByRole('menuitem', { name: 'Switch user' }).click();
};
export const hire = (host: RunningConsole, names: readonly string[], role: Role) =>
  asAdministrator(host.dataDir, (client) => createOperators(client, names, role));
export const switchTo = async ({ page }: Booth, from: string, to: string, pin = PIN): Promise<void> => {
  await switchUser(page, from);
  await page.getByRole('radio', { name: new RegExp(`^${to}`) }).check();
  await enterPin(page, pin);
  await expect(nameButton(page, to)).toBeVisible();
};
export const article = (page: Page) => page.getByRole('article');
/** Opens a section of the settings. */
export const openSettings = async (page: Page, section = 'Operators'): Promise<void> => {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
};
export const auditOf = (host: RunningConsole, subject: string): Promise<string[]> =>
  asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query('select action from console.audit where subject = $1 order by seq', [subject]);
    return rows.map(({ action }) => action);
  });
export const save = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Save' });
