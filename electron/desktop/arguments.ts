import { linkIn } from '../manners/deep-link.ts';

/** Switches of Chromium, Electron, the inspector and the installer, which share the command line with our options. */
const FOREIGN =
  /^--(no-sandbox|(inspect|remote-debugging|enable|disable|force|ozone|use|lang|gtk|js-flags|trace|log|v|original-process-start-time)([-=]|$))|^--updated$|^-psn_/;

/** What would let another program look into this one, or change what it runs. */
const DEBUGGERS = [
  ...['inspect', 'inspect-brk', 'inspect-wait', 'inspect-port', 'inspect-publish-uid', 'debug', 'debug-brk'],
  ...['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'remote-allow-origins'],
  ...['js-flags', 'load-extension', 'disable-web-security'],
] as const;

/**
 * The switch that would open a packaged console to a debugger; undefined where there is none. Electron's fuse ignores
 * Node's own, and Chromium's have none.
 * @param has as `app.commandLine.hasSwitch`, which knows every way of writing a switch
 */
export const debuggerSwitch = (has: (name: string) => boolean): string | undefined => DEBUGGERS.find(has);

/** The options that were meant for us. In development the first word is the application's folder. */
export const ownArguments = (argv: readonly string[], packaged: boolean): string[] => {
  const own = argv.slice(1).filter((argument) => !FOREIGN.test(argument) && linkIn([argument]) === undefined);
  return packaged ? own : own.slice(1);
};
