export function nativesProblem(modules: string, platform: string, architecture: string): string | undefined;
/** What electron-builder says of what it is about to pack. */
type Packing = {
  readonly electronPlatformName: string;
  readonly arch: number;
  readonly packager: { readonly projectDir: string };
};
export default function requireNatives(packing: Packing): void;
