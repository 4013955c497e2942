/** Why a file is not taken, or a database not written to. Each has a sentence in shared/i18n/backup-errors.ts. */
export type BackupRefusal =
  | 'file_missing'
  | 'file_exists'
  | 'foreign'
  | 'newer_format'
  | 'newer_schema'
  | 'other_schema'
  | 'damaged'
  | 'passphrase_missing'
  | 'passphrase_wrong'
  | 'not_empty'
  | 'not_readable'
  | 'not_migrated'
  | 'not_the_same';

/** What was asked for is not done, and nothing was written. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
  readonly code: BackupRefusal;
  readonly params: Readonly<Record<string, string>>;
  constructor(code: BackupRefusal, params: Readonly<Record<string, string>> = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.params = params;
  }
}
