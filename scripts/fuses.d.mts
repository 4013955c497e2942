/** What electron-builder says of a program that it has packed. */
type Packed = {
  readonly appOutDir: string;
  readonly electronPlatformName: 'darwin' | 'mas' | 'win32' | 'linux';
  readonly packager: { readonly executableName?: string; readonly appInfo?: { readonly productFilename: string } };
};
export default function burnFuses(packed: Packed): Promise<number>;
