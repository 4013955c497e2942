/** The path of a Chromium. Installs one where there is none, and says so. */
export function ensureBrowser(): string;
