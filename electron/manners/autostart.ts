/**
 * The file that starts a program at login on Linux (freedesktop.org, "Desktop Application Autostart"): quoted as its
 * entry's Exec asks for, and then as its strings do.
 * @throws Error where a word has a line break, which no such file can hold
 */
export const autostartEntry = (command: readonly string[]): string => {
  const broken = command.find((word) => /[\n\r]/.test(word));
  if (broken !== undefined) throw new Error(`a line break cannot stand in ${JSON.stringify(broken)}`);
  const quoted = command.map((word) => `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`).join(' ');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Regie',
    `Exec=${quoted.replaceAll('\\', '\\\\')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
};
