import type { Locator } from '@playwright/test';

/** Of what can be clicked, what something else lies over however its screen is scrolled. */
export const coveredOf = (clickable: Locator): Promise<string[]> =>
  clickable.evaluateAll((elements) =>
    elements.flatMap((element) => {
      if (!element.checkVisibility()) return [];
      element.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = element.getBoundingClientRect();
      const top = document.elementFromPoint(x + width / 2, y + height / 2);
      return element.contains(top) ? [] : [element.textContent?.trim() || (element.getAttribute('aria-label') ?? '')];
    }),
  );
