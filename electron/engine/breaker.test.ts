import { describe, expect, it } from 'vitest';
import { createBreaker } from './breaker.ts';

describe('the circuit breaker', () => {
  it('opens at the fifth failure in a row, probes once after a minute, and closes on success', () => {
    let now = 0;
    const breaker = createBreaker({ now: () => now, monotonic: () => now });
    for (let failures = 0; failures < 4; failures += 1) breaker.failed(new Error('x'));
    expect(breaker.allows()).toBe(true);
    breaker.failed(new Error('fifth'));
    expect(breaker.allows()).toBe(false);
    expect(breaker.status()).toMatchObject({ state: 'open', failures: 5 });
    now = 60_000;
    expect(breaker.allows()).toBe(true);
    expect(breaker.status().state).toBe('half_open');
    breaker.failed(new Error('still'));
    expect(breaker.allows()).toBe(false);
    now = 120_000;
    expect(breaker.allows()).toBe(true);
    breaker.succeeded();
    expect(breaker.status()).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('knows of a success only since it leads, and since somebody has reset it', () => {
    const breaker = createBreaker({ now: () => 0, monotonic: () => 0 });
    const hasWorked = (): boolean => breaker.status().hasWorked;
    expect(hasWorked()).toBe(false);
    for (const begins of [breaker.leads, breaker.reset]) {
      breaker.failed(new Error('x'));
      breaker.succeeded();
      expect(hasWorked()).toBe(true);
      begins();
      expect(hasWorked()).toBe(false);
    }
  });

  it('waits its minute whatever somebody sets the laptop’s clock to', () => {
    let wall = 0;
    let passed = 0;
    const breaker = createBreaker({ now: () => wall, monotonic: () => passed });
    for (let failures = 0; failures < 5; failures += 1) breaker.failed(new Error('x'));
    wall = 24 * 3_600_000;
    expect(breaker.allows()).toBe(false);
    expect(breaker.status().retryAt).toBe('1970-01-02T00:01:00.000Z');
    wall = -3_600_000;
    passed = 60_000;
    expect(breaker.allows()).toBe(true);
  });

  it('starts to count again after a success', () => {
    const breaker = createBreaker({ now: () => 0, monotonic: () => 0 });
    for (let failures = 0; failures < 4; failures += 1) breaker.failed(new Error('x'));
    breaker.succeeded();
    breaker.failed(new Error('x'));
    expect(breaker.status().state).toBe('closed');
  });
});
