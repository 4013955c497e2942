import { expect as base, type Locator } from '@playwright/test';

/**
 * Playwright's expectations. While it waits for something to be visible, its own takes a picture in words of the whole page each
 * time that it has looked in vain, for a message that is hardly ever read: up to a fifth of what the page works in a test.
 * Here it waits without, and only a wait that has failed is asked again for that message.
 */
export const expect = base.extend({
  async toBeVisible(locator: Locator, options: { timeout?: number } = {}) {
    const timeout = options.timeout ?? this.timeout;
    const passed = { pass: !this.isNot, message: () => '' };
    try {
      await locator.waitFor({ state: this.isNot ? 'hidden' : 'visible', timeout });
      return passed;
    } catch {
      const asked = base(locator);
      return await (this.isNot ? asked.not : asked).toBeVisible({ timeout: 1 }).then(
        () => passed,
        // Returned and not thrown, it is told at the line of the test, below the words that the test has given.
        (error: Error) => ({ pass: this.isNot, message: () => error.message.replaceAll(/\b1ms\b/g, `${timeout}ms`) }),
      );
    }
  },
});
