declare module '*.css';
declare module '@fontsource-variable/*';

interface ImportMeta {
  /** What the build puts in: true where the renderer is served from its sources. */
  readonly env: { readonly DEV: boolean };
}
