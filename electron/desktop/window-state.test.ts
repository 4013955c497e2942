import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOnScreen, readWindowState, type WindowState, writeWindowState } from './window-state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-window-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state: WindowState = { x: 2_000, y: 40, width: 1_400, height: 900, maximized: false };

describe('the window', () => {
  it('comes back where it was', () => {
    writeWindowState(join(folder, 'window.json'), state);
    expect(readWindowState(join(folder, 'window.json'))).toEqual(state);
  });

  it('opens afresh where nothing usable is remembered', () => {
    const file = join(folder, 'window.json');
    expect(readWindowState(file)).toBeUndefined();
    writeFileSync(file, '{"x": 1');
    expect(readWindowState(file)).toBeUndefined();
    writeFileSync(file, '{"x":0,"y":0,"width":10,"height":10,"maximized":false}');
    expect(readWindowState(file)).toBeUndefined();
  });

  it('is not put on a screen that is no longer there', () => {
    const laptop = { x: 0, y: 0, width: 1_920, height: 1_080 };
    expect(isOnScreen(state, [laptop])).toBe(false);
    expect(isOnScreen(state, [laptop, { x: 1_920, y: 0, width: 2_560, height: 1_440 }])).toBe(true);
  });
});
