import { afterAll, expect, vi } from 'vitest';

// A worker's files share their modules and its clock: one that leaves false timers behind stops all waiting in the next.
afterAll(() => {
  const left = vi.isFakeTimers();
  vi.useRealTimers();
  expect(left, 'this file left false timers behind').toBe(false);
});
