// The browser for the end-to-end tests: REGIE_BROWSER, Playwright's own, Chrome or Chromium on the system, else installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { environment, node24, root } from './setup.mjs';

const require = createRequire(import.meta.url);

const systemBrowsers = {
  linux: [
    // Debian's Chromium without a window of its own takes a quarter less of a processor.
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
};

const find = () => {
  const chosen = process.env.REGIE_BROWSER;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    console.error(`REGIE_BROWSER names "${chosen}", which does not exist.`);
    process.exit(2);
  }
  const own = require('playwright-core').chromium.executablePath();
  if (own && existsSync(own)) return own;
  return (systemBrowsers[process.platform] ?? []).find(existsSync);
};

const attempt = (program, args) => {
  console.log(`  ${program} ${args.join(' ')}`);
  return (
    spawnSync(program, args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...environment(), DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  );
};

/** The path of a Chromium. Installs one where there is none, and says so. */
export const ensureBrowser = () => {
  const found = find();
  if (found) return found;
  console.log('No browser for the end-to-end tests; installing one:');
  const isRoot = process.getuid?.() === 0;
  if (process.platform === 'linux' && isRoot && existsSync('/usr/bin/apt-get')) {
    const install = (browser) =>
      attempt('apt-get', ['install', '-y', '-qq', '--no-install-recommends', browser, 'fonts-dejavu-core']);
    if (attempt('apt-get', ['update', '-qq'])) install('chromium-headless-shell') || install('chromium');
  }
  if (!find()) attempt(node24, [require.resolve('playwright-core/cli.js'), 'install', 'chromium']);
  const installed = find();
  if (installed) return installed;
  console.error('No browser could be installed. Install Chromium or Chrome, or name one in REGIE_BROWSER.');
  process.exit(1);
};
