import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';

/**
 * What Electron's program can no longer be made to do once it is packaged: be a Node for anybody's script, read options
 * of Node from the environment, open itself to a debugger, or load other code than what was packed.
 */
const fuses = {
  version: FuseVersion.V1,
  // A fuse that a new Electron brings is decided about before anything is packaged.
  strictlyRequireAllFuses: true,
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  // There is no snapshot of our own.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Bounds of WebAssembly are checked by the processor, as in Chrome; nothing of ours uses it.
  [FuseV1Options.WasmTrapHandlers]: true,
};

const SUFFIXES = { darwin: '.app', mas: '.app', win32: '.exe', linux: '' };

/** electron-builder calls this before it signs what it has packed (electron-builder.yml). */
export default ({ appOutDir, electronPlatformName, packager }) => {
  const name = electronPlatformName === 'linux' ? packager.executableName : packager.appInfo.productFilename;
  return flipFuses(join(appOutDir, `${name}${SUFFIXES[electronPlatformName]}`), fuses);
};
