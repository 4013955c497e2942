import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rendererFile } from './renderer-file.ts';

const folder = resolve('/app/out/renderer');

describe('an address of the window', () => {
  it('names a file of the renderer, and its first page when it names none', () => {
    expect(rendererFile('app://regie/', folder)).toBe(join(folder, 'index.html'));
    expect(rendererFile('app://regie/assets/index-1.js?v=2#top', folder)).toBe(join(folder, 'assets/index-1.js'));
  });

  it('reaches nothing outside of the renderer’s folder', () => {
    // What the address itself resolves stays inside; what it hides behind codes is refused.
    expect(rendererFile('app://regie/../../main/index.js', folder)).toBe(join(folder, 'main/index.js'));
    expect(rendererFile('app://regie/%2e%2e/main/index.js', folder)).toBe(join(folder, 'main/index.js'));
    expect(rendererFile('app://regie/assets/..%2f..%2f..%2fetc/passwd', folder)).toBeUndefined();
    expect(rendererFile('app://regie/..%2fmain/index.js', folder)).toBeUndefined();
    expect(rendererFile('app://regie/..%2frenderer-of-another/index.js', folder)).toBeUndefined();
    expect(rendererFile('app://regie/%2f..%2f..', folder)).toBeUndefined();
  });

  it('is refused when it is another’s or none', () => {
    expect(rendererFile('app://other/index.html', folder)).toBeUndefined();
    expect(rendererFile('file:///etc/passwd', folder)).toBeUndefined();
    expect(rendererFile('app://regie/%', folder)).toBeUndefined();
    expect(rendererFile('app://regie/index.html%00.js', folder)).toBeUndefined();
    expect(rendererFile('nothing', folder)).toBeUndefined();
  });
});
