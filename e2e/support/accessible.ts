import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { expect } from './expect.ts';

declare global {
  interface Window {
    axe: typeof axe & { readonly commons: { readonly color: { readonly Color: { readonly prototype: Color } } } };
  }
}

type Color = { r: number; g: number; b: number; alpha: number; parseString(text: string): Color };

/**
 * Reads each colour once: a page has a few dozen, and axe asks for them at every element under every letter. With the reading, an
 * examination takes a third longer.
 */
const rememberColors = (): void => {
  const read = new Map<string, { r: number; g: number; b: number; alpha: number }>();
  const { prototype } = window.axe.commons.color.Color;
  const { parseString } = prototype;
  prototype.parseString = function (text) {
    const known = read.get(text);
    if (known !== undefined) return Object.assign(this, known);
    // What it cannot read it says each time.
    const { r, g, b, alpha } = parseString.call(this, text);
    read.set(text, { r, g, b, alpha });
    return this;
  };
};

/**
 * Holds the screen to WCAG as far as a machine can. Only what is wrong is described and brought over: with the rest, an examination
 * takes twice as long.
 */
export const expectAccessible = async (page: Page): Promise<void> => {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axe.source);
    await page.evaluate(rememberColors);
  }
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(
      // The ends of an open menu or dialog: they hold the focus for no longer than it takes to send it on.
      { exclude: ['[data-base-ui-focus-guard]'] },
      {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
        // No rule of WCAG: whoever goes from landmark to landmark hears which is which.
        rules: { 'landmark-unique': { enabled: true } },
        resultTypes: ['violations'],
      },
    );
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
  expect(violations).toEqual([]);
};
