import type { Page } from '@playwright/test';
import { expect } from './console.ts';

const openLists = async (page: Page): Promise<void> => {
  await page.getByRole('navigation').getByRole('link', { name: 'Checklists' }).click();
  await expect(page.getByRole('heading', { name: 'Checklists', exact: true })).toBeVisible();
};
export const startList = async (page: Page, title: string): Promise<void> => {
  await openLists(page);
  await page.getByRole('button', { name: `Start: ${title}` }).click();
};
export const startMorning = async (page: Page): Promise<void> => {
  await startList(page, 'Morning, before opening');
  await expect(page.getByRole('heading', { name: /^Morning, before opening · \d+ \w+ \d{4}$/ })).toBeVisible();
};
/** Back to the run that was started. */
export const resumeMorning = async (page: Page): Promise<void> => {
  await openLists(page);
  await page.getByRole('main').getByRole('link', { name: 'Continue' }).first().click();
  await expect(page.getByRole('heading', { name: /^Morning, before opening/ })).toBeVisible();
};
export const item = (page: Page, name: string) => page.getByRole('main').getByRole('listitem', { name, exact: true });
export const confirm = (page: Page, name: string) =>
  item(page, name)
    .getByRole('button', { name: /^Confirm/ })
    .click();
export const overrideItem = async (page: Page, name: string, reason: string): Promise<void> => {
  await item(page, name).getByRole('button', { name: 'Override' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill(reason);
  await page.getByRole('dialog').getByRole('button', { name: 'Override' }).click();
  await expect(item(page, name)).toContainText(reason);
};
/** How far below an item the next one stands. */
export const heightOf = async (page: Page, name: string): Promise<number | undefined> =>
  (await item(page, name).boundingBox())?.height;
