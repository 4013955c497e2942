declare module '*.css';
declare module '@fontsource-variable/*';
/** Texts of one language by area, `en` those of the first screen and `en-late` all others (scripts/texts-plugin.ts). */
declare module 'virtual:texts/*' {
  const texts: Record<string, Record<string, unknown>>;
  export default texts;
}

interface ImportMeta {
  /** What the build puts in: true where the renderer is served from its sources. */
  readonly env: { readonly DEV: boolean };
}
