type Keys = { readonly privateKey: string; readonly publicKey: string };
export function makeKeys(): Keys;
export function signList(name: string, text: string, keys: Keys): string;
export function packUpdates(root: string, environment: Readonly<Record<string, string | undefined>>): void;
