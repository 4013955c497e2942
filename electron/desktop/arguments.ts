/** Switches of Chromium, Electron and the inspector, which share the command line with our options. */
const FOREIGN =
  /^--(no-sandbox|(inspect|remote-debugging|enable|disable|force|ozone|use|lang|gtk|js-flags|trace|log|v|original-process-start-time)([-=]|$))|^-psn_/;

/** The options that were meant for us. In development the first word is the application's folder. */
export const ownArguments = (argv: readonly string[], packaged: boolean): string[] => {
  const own = argv.slice(1).filter((argument) => !FOREIGN.test(argument));
  return packaged ? own : own.slice(1);
};
