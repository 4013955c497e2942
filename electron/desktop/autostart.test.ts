import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAutostart } from './autostart.ts';

it.runIf(process.platform === 'linux')('starts at login what an update has put in the place of an AppImage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regie-autostart-'));
  const before = process.env.APPIMAGE;
  const start = (program: string) => {
    process.env.APPIMAGE = program;
    const asked = () => expect.unreachable('Linux asks for files alone');
    return createAutostart(
      { isPackaged: true, getPath: () => folder, getLoginItemSettings: asked, setLoginItemSettings: asked },
      ['--laptop', 'booth-1'],
    );
  };
  try {
    const [old, next] = [join(folder, 'regie-1.0.0.AppImage'), join(folder, 'regie-1.2.0.AppImage')];
    const entry = join(folder, 'autostart', 'regie.desktop');
    writeFileSync(old, '');
    start(old)?.setStartsAtLogin(true);
    expect(readFileSync(entry, 'utf8')).toContain(`Exec="${old}" "--laptop" "booth-1"`);
    writeFileSync(next, '');
    // Two copies lie side by side: whoever starts the other one has not asked for it at login.
    start(next);
    expect(readFileSync(entry, 'utf8')).toContain(old);
    rmSync(old);
    start(next);
    expect(readFileSync(entry, 'utf8')).toContain(`Exec="${next}" "--laptop" "booth-1"`);
  } finally {
    if (before === undefined) delete process.env.APPIMAGE;
    else process.env.APPIMAGE = before;
    rmSync(folder, { recursive: true, force: true });
  }
});
