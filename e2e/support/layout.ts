import type { Page } from '@playwright/test';
import { expect } from './console.ts';

/** The smallest laptop, the usual one, and the usual one at 200 %, which leaves half of its pixels. */
export const SIZES = [
  { name: '1024x600', width: 1_024, height: 600 },
  { name: '1366x768', width: 1_366, height: 768 },
  { name: '200 %', width: 683, height: 384 },
] as const;

/**
 * What is wrong with the layout of the page as it stands: words that are cut off, a page or a list that scrolls sideways,
 * more than one vertical scrollbar, two regions of one name. What may end in an ellipsis has the class for it, and its words elsewhere.
 */
const problemsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const problems: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth + 1) problems.push(`the page is ${scrollWidth - clientWidth} px too wide`);

    // From the smallest laptop on, each column of a list is in sight; at 200 % a list may be scrolled by itself.
    if (innerWidth >= 1_024) {
      for (const { scrollWidth: inner, clientWidth: room } of document.querySelectorAll('.table-scroll, .board-strip'))
        if (inner > room + 1) problems.push(`a list is ${inner - room} px wider than its room`);
    }

    // Up and down is enough for one screen or dialog.
    for (const { scrollWidth: inner, clientWidth: room, className } of document.querySelectorAll('.screen, .dialog'))
      if (inner > room + 1) problems.push(`.${className} is ${inner - room} px wider than its room`);

    // What has an edge of its own keeps its words within it.
    for (const box of document.querySelectorAll('.tile, .button, .badge'))
      if (box.scrollWidth > box.clientWidth + 1)
        problems.push(
          `“${box.textContent?.slice(0, 60)}” is ${box.scrollWidth - box.clientWidth} px wider than its edge`,
        );

    const layer = [...document.querySelectorAll('.dialog, .popup')].at(-1) ?? document.body;
    // Who goes from region to region hears where each leads.
    const regions = [...layer.querySelectorAll('section[aria-label], section[aria-labelledby]')]
      .filter((region) => region.checkVisibility())
      .map((region) => {
        const named = region.getAttribute('aria-labelledby')?.split(' ') ?? [];
        return (
          region.getAttribute('aria-label') ?? named.map((id) => document.getElementById(id)?.textContent).join(' ')
        );
      });
    for (const name of new Set(regions.filter((name, at) => regions.indexOf(name) !== at)))
      problems.push(`two regions are called “${name}”`);

    const scrolls = [...layer.querySelectorAll('*')].filter((element) => {
      const { overflowY, scrollbarWidth } = getComputedStyle(element);
      return (
        /auto|scroll/.test(overflowY) &&
        scrollbarWidth !== 'none' &&
        element.scrollHeight > element.clientHeight + 1 &&
        element.clientHeight > 0
      );
    });
    if (scrolls.length > 1) problems.push(`scrollbars: ${scrolls.map(({ className }) => className).join(', ')}`);

    const clips = (element: Element): boolean => /hidden|clip/.test(getComputedStyle(element).overflow);
    const words = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
    for (let node = words.nextNode(); node !== null; node = words.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const parent = node.parentElement;
      if (text === '' || parent === null || !parent.checkVisibility({ visibilityProperty: true })) continue;
      if (parent.closest('.visually-hidden, .ellipsis, option, [hidden], script, style') !== null) continue;
      // It goes whole, and stands in the list below.
      if (parent.closest('.board-strip .tile-more') !== null) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (let box = parent.parentElement === null ? null : parent; box !== null; box = box.parentElement) {
        // A name that is only read out has no room to be cut in.
        if (getComputedStyle(box).clipPath !== 'none' || box.clientWidth === 1) break;
        // What can be scrolled into view is not cut.
        if (/auto|scroll/.test(getComputedStyle(box).overflow)) break;
        if (!clips(box)) continue;
        const [inner, outer] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
        if (inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1 || inner.left < outer.left - 1) {
          problems.push(`cut: “${text.slice(0, 60)}” in .${box.className || box.tagName}`);
          break;
        }
      }
    }
    return problems;
  });

/** Nothing that carries meaning is cut, and there is one way to scroll. */
export const expectNothingCut = async (page: Page, where: string): Promise<void> => {
  // Fonts and answers that come late change widths.
  await page.evaluate(() => document.fonts.ready);
  await expect.poll(() => problemsOf(page), { message: where, timeout: 15_000 }).toEqual([]);
};
