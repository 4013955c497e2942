import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { expect } from './expect.ts';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/**
 * Holds the screen to WCAG as far as a machine can. Only what is wrong is described and brought over: with the rest, an examination
 * takes twice as long.
 */
export const expectAccessible = async (page: Page): Promise<void> => {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(
      // The ends of an open menu or dialog: they hold the focus for no longer than it takes to send it on.
      { exclude: ['[data-base-ui-focus-guard]'] },
      { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] },
    );
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
  expect(violations).toEqual([]);
};
