import { vi } from 'vitest';

/**
 * Waits until `check` throws no more, and returns what it returned. The bound only ends a hang: how soon a thing happens on
 * a busy machine says nothing about the product.
 */
export const eventually = <T>(
  check: () => T | Promise<T>,
  { timeout = 60_000, interval = 25 }: { timeout?: number; interval?: number } = {},
): Promise<T> => vi.waitFor(check, { timeout, interval });
